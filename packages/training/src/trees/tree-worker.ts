import { helpTeams } from "../threads/help-teams.ts";
import { TREE_WORK } from "./tree-team.ts";

helpTeams(TREE_WORK);
