import { report } from '../../test/report/builders.ts';
import { churned } from '../../test/notify/churn.ts';
import { everyMessage } from '../../test/notify/every-message.ts';
import { playSchedule } from '../../test/notify/faults/schedule.ts';
import { broken, storyRuns } from '../../test/notify/faults/story.ts';
import { faults, fleet } from '../../test/notify/fleet.ts';
import { problems } from '../../test/notify/inert.ts';
import { hourMs, simulatedNotifier } from '../../test/notify/simulated-notifier.ts';
import { randomFleet } from '../../test/notify/random-fleet.ts';

const schedules = 1000;
const fleets = 10_000;

/** The acceptance figures of Slack, in full; the tests hold the same with smaller numbers. */
export async function run(): Promise<void> {
  await faultSchedules(true);
  await faultSchedules(false);
  await unchanged();
  await churn();
  randomFleets();
}

async function faultSchedules(reconcile: boolean): Promise<void> {
  const started = performance.now();
  let [deaths, failures, messages] = [0, 0, 0];
  const found: string[] = [];
  for (let seed = 0; seed < schedules; seed += 1) {
    const ended = await playSchedule({
      seed,
      runs: storyRuns,
      reconcile,
      storageFaults: seed % 2 === 1,
    });
    deaths += ended.deaths;
    failures += ended.faults;
    messages += ended.messages.length;
    found.push(...broken(ended));
  }
  const count = (pattern: RegExp): number => found.filter((each) => pattern.test(each)).length;
  line(`fault schedules, lookup ${reconcile ? 'allowed' : 'not allowed'}`, schedules);
  line('  hosts that died, calls that failed, messages', `${deaths}, ${failures}, ${messages}`);
  line('  messages sent twice', count(/^sent/u), reconcile ? 0 : undefined);
  line('  of these digests', count(/^sent.*"kind":"digest"/u), 0);
  line('  criticals lost', count(/^lost/u), 0);
  line('  rows left', count(/^left/u), 0);
  if (reconcile) line('  anything else that is wrong', found.length, 0);
  line('  seconds', ((performance.now() - started) / 1000).toFixed(1));
}

async function unchanged(): Promise<void> {
  const it = simulatedNotifier();
  const same = fleet(...faults(200));
  for (let each = 0; each < 120; each += 1) {
    await it.run(same);
    it.time.nowMs += 6 * hourMs;
  }
  line('messages of an unchanged fleet in 30 days after the baseline', it.messages().length - 1, 0);
}

async function churn(): Promise<void> {
  const started = performance.now();
  const { days } = await churned(5000, 0.01, 5);
  line(
    '5,000 clusters, 1 % change in each run: most digests a day',
    most(days.map((day) => day.digests)),
    4,
  );
  line('  most criticals a day', most(days.map((day) => day.criticals)), 40);
  line('  other messages in the channel', most(days.map((day) => day.others)), 0);
  line('  seconds', ((performance.now() - started) / 1000).toFixed(1));
}

function randomFleets(): void {
  const started = performance.now();
  let [refused, messages, largest] = [0, 0, 0];
  for (let seed = 0; seed < fleets; seed += 1) {
    const now = report(randomFleet(seed, seed % 500 === 0 ? 50_000 : 300));
    if (now.clusters.length === 0) continue;
    const all = everyMessage(now, report(randomFleet(seed + 1, 100)));
    messages += all.size;
    largest = Math.max(
      largest,
      now.clusters.reduce((sum, { findings }) => sum + findings.length, 0),
    );
    for (const message of all.values())
      refused += problems(message).some((each) => !/: user(?:group)?$/u.test(each)) ? 1 : 0;
  }
  line(`random fleets, up to ${largest} findings`, fleets);
  line('  messages', messages);
  line('  that Slack would refuse, or take for more than text', refused, 0);
  line('  seconds', ((performance.now() - started) / 1000).toFixed(1));
}

function most(numbers: readonly number[]): number {
  return Math.max(...numbers);
}

function line(what: string, value: number | string, target?: number): void {
  const missed = target !== undefined && Number(value) > target ? ': MISSED' : '';
  const held = target === undefined ? '' : `  (target ${target}${missed})`;
  console.log(`${what.padEnd(66)} ${String(value).padStart(8)}${held}`);
}
