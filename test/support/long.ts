/** `npm run test:long` tries all seeds; `npm test` a small fixed number of them. */
export const isLong = process.env['EVENKEEL_LONG'] === 'true';
