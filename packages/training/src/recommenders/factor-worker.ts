import { helpTeams } from "../threads/help-teams.ts";
import { FACTOR_WORK } from "./factor-jobs.ts";

helpTeams(FACTOR_WORK);
