import { expect, test } from '@jest/globals';
import { churned } from './churn.ts';

/** `npm run bench` does it with 5,000 clusters and one in a hundred. */
test('a tenth of 400 clusters changes in every run: at most 4 digests and 40 criticals a day', async () => {
  const { days } = await churned(400, 0.1, 3);
  expect(days).toHaveLength(3);
  for (const { digests, criticals, others } of days) {
    expect(digests).toBeLessThanOrEqual(4);
    expect(criticals).toBeLessThanOrEqual(40);
    expect(others).toBe(0);
  }
  // It is the caps that hold it down.
  expect(days.at(-1)).toEqual({ digests: 4, criticals: 40, others: 0 });
});
