/** The names of the ways to end an unfinished job, besides resuming it. */
export const ROLL_BACK = 'Roll back';
export const ABANDON = 'Abandon';
