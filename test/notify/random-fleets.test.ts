import { describe, expect, test } from '@jest/globals';
import { budget } from '../../shared/notify/budget.ts';
import { messageSize } from './message-size.ts';
import { report } from '../report/builders.ts';
import { everyMessage } from './every-message.ts';
import { problems } from './inert.ts';
import { randomFleet } from './random-fleet.ts';
import { isLong, runsOf } from '../support/long.ts';

/** What Slack would refuse, or make more of than text, in all messages of a fleet that nobody has thought of. */
function refused(seed: number, mostFindings: number): readonly string[] {
  const now = report(randomFleet(seed, mostFindings));
  if (now.clusters.length === 0) return [];
  const messages = everyMessage(now, report(randomFleet(seed + 1, Math.min(500, mostFindings))));
  return [...messages].flatMap(([name, message]) => {
    const { blocks, characters } = messageSize(message);
    const tooLarge = blocks > budget.blocks || characters > budget.characters;
    return [
      ...problems(message).filter((each) => !/: user(?:group)?$/u.test(each)),
      ...(tooLarge ? [`${blocks} blocks, ${characters} characters`] : []),
    ].map((each) => `${name}: ${each}`);
  });
}

const most = runsOf(50_000, 4_000);

describe('random fleets', () => {
  test.each(Array.from({ length: isLong ? 6 : 1 }, (_, at) => ({ from: at * 10 })))(
    'ten from $from on: no payload that Slack refuses',
    ({ from }) => {
      const found = Array.from({ length: 10 }, (_, at) => refused(from + at, 2000)).flat();
      expect(found).toEqual([]);
    },
  );

  test(`one of ${most} findings`, () => {
    const seed = [...Array.from({ length: 300 }).keys()].find(
      (each) => randomFleet(each, 2000).flatMap(({ findings }) => findings).length > 1800,
    );
    expect(refused(seed ?? 0, most)).toEqual([]);
  }, 30_000);
});
