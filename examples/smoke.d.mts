/** Builds a pipeline of every policy and runs it; 'ok', or it throws. */
export const smoke: () => Promise<'ok'>
