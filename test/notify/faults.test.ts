import { describe, expect, test } from '@jest/globals';
import { runsOf } from '../support/long.ts';
import { playSchedule, type Ended } from './faults/schedule.ts';
import { broken, storyRuns } from './faults/story.ts';

/** `npm run bench` plays a thousand. */
const seeds = Array.from({ length: runsOf(40, 12) }, (_, seed) => seed);

function play(seed: number, reconcile: boolean): Promise<Ended> {
  return playSchedule({ seed, runs: storyRuns, reconcile, storageFaults: seed % 2 === 1 });
}

describe('two hosts, a Slack and a storage that fail, hosts that die, ticks that come twice', () => {
  test.each(seeds)('schedule %d: nothing twice, nothing lost, nothing left', async (seed) => {
    expect(broken(await play(seed, true))).toEqual([]);
  });

  test('the schedules do meet what they are for', async () => {
    const ended = await Promise.all([1, 2, 3, 4, 5, 6].map((seed) => play(seed, true)));
    expect(ended.reduce((sum, { deaths }) => sum + deaths, 0)).toBeGreaterThan(20);
    expect(ended.reduce((sum, { faults }) => sum + faults, 0)).toBeGreaterThan(50);
  });

  test.each(seeds.slice(0, runsOf(15, 6)))(
    'schedule %d without the right to read the channel: no critical lost, no digest twice',
    async (seed) => {
      const found = broken(await play(seed, false));
      expect(found.filter((each) => /^(?:lost|left)/u.test(each))).toEqual([]);
      expect(found.filter((each) => each.includes('"kind":"digest"'))).toEqual([]);
    },
  );
});
