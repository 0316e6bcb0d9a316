import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Fleet } from '../../../shared/audit/fleet.ts';
import { cluster, deployment, fleet, service, subscription } from '../../../simulator/build.ts';
import { isLong, runsOf } from '../../support/long.ts';
import { timeless } from './driver.ts';
import { playRuns, type Ended } from './schedules.ts';
import { once, simulatedFleet } from './simulated-fleet.ts';

/** Clusters with a Service that is out of balance, or in it. */
function state(bad: readonly string[], names = ['a', 'b', 'c', 'd']): Fleet {
  return once(
    simulatedFleet(
      fleet({
        subscriptions: [
          subscription(
            '00000000-0000-0000-0000-0000000000a1',
            'One',
            names.map((name) =>
              cluster(name, {
                services: [service('shop/web')],
                workloads: [
                  deployment(
                    'shop/web',
                    bad.includes(name) ? ['user-0', 'user-0', 'user-1'] : ['user-0', 'user-1'],
                    { spread: false },
                  ),
                ],
              }),
            ),
          ),
        ],
      }),
    ),
  );
}

// A fault goes, one comes; then a cluster goes, and the first fault comes back.
const fleets = [state(['a', 'b']), state(['b', 'c']), state(['a', 'c'], ['a', 'b', 'c'])];
const seeds = Array.from({ length: runsOf(1000, 6) }, (_, seed) => seed);
let calm: Ended;

beforeAll(async () => {
  calm = await playRuns(fleets, undefined);
});

/** What is told, by what Slack keeps with a message. */
function toldIn({ messages }: Ended): readonly string[] {
  return messages.map(({ metadata }) => JSON.stringify(metadata)).toSorted();
}

function statesIn({ reports }: Ended): readonly string[] {
  return reports.map((report) =>
    (report?.clusters ?? [])
      .map(
        ({ name, result, findings }) =>
          `${name} ${result} ${findings.map((each) => each.state).join(' ')}`,
      )
      .join('; '),
  );
}

describe('two hosts with wrong clocks, that die, over a storage that falls silent', () => {
  test('calm, the runs are what they are meant to be', () => {
    expect(statesIn(calm)).toEqual([
      'a complete open open; b complete open open; c complete open; d complete open',
      'a complete resolved open; b complete open open; c complete new open; d complete open',
      'a complete reopened open; b complete resolved open; c complete open open; d gone resolved',
    ]);
    expect(calm).toMatchObject({ open: 0, deaths: 0, silences: 0 });
    expect(calm.messages).toHaveLength(5);
  });

  test(`${seeds.length} schedules: nothing lost, told twice or wrongly resolved, every run sealed`, async () => {
    let [deaths, silences] = [0, 0];
    for (const seed of seeds) {
      const ended = await playRuns(fleets, seed);
      deaths += ended.deaths;
      silences += ended.silences;
      expect({ seed, open: ended.open, states: statesIn(ended) }).toEqual({
        seed,
        open: 0,
        states: statesIn(calm),
      });
      expect({ seed, reports: ended.reports.map(timeless) }).toEqual({
        seed,
        reports: calm.reports.map(timeless),
      });
      expect({ seed, told: toldIn(ended) }).toEqual({ seed, told: toldIn(calm) });
    }
    expect(deaths).toBeGreaterThan(seeds.length);
    expect(silences).toBeGreaterThan(seeds.length);
    if (isLong)
      console.log(`${seeds.length} schedules: ${deaths} deaths, ${silences} silent calls`);
  }, 3_600_000);
});
