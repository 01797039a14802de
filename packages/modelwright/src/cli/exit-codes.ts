export const EXIT_CODES = {
  success: 0,
  failure: 1,
  usersMistake: 2,
  alert: 3,
  refused: 4,
  interrupted: 130,
} as const;
