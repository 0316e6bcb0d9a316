/** The state of the fleet at a first run, and at a later one. */
export type Step = 0 | 1;
