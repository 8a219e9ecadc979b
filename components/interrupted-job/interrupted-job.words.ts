/** The ways to end an unfinished job, besides resuming it: the intent, and the name of its button. */
export const ROLL_BACK = { does: 'roll-back', name: 'Roll back' } as const;
export const ABANDON = { does: 'abandon-job', name: 'Abandon' } as const;
