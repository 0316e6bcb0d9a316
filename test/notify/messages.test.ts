import { describe, expect, test } from '@jest/globals';
import type { ChatPostMessageArguments, ChatUpdateArguments } from '@slack/web-api';
import { previewText } from '../../shared/notify/index.ts';
import type { SlackMessage } from '../../shared/notify/message.ts';
import { criticalMessage } from '../../shared/notify/messages/critical.ts';
import { budget } from '../../shared/notify/budget.ts';
import { messageSize } from './message-size.ts';
import type { Report } from '../../shared/report/report.ts';
import { cluster, finding, report, seenAt } from '../report/builders.ts';
import { withEveryField } from '../report/hostile.ts';
import { articleCluster, echoFindings, fleetReport } from '../report/samples.ts';
import { isLong } from '../support/long.ts';
import { everyMessage } from './every-message.ts';
import { hostileStrings, marker, poisoned, untrustedPaths } from './hostile.ts';
import { problems, reportUrl } from './inert.ts';

const before = report([cluster({ name: 'aks-app' })]);
const withHistory: Report = {
  ...withEveryField(fleetReport),
  history: Array.from({ length: 28 }, (_, at) => ({
    runId: seenAt,
    startedAt: seenAt,
    findings: { critical: at % 5, high: at, medium: 2, low: 1, info: 0 },
  })),
};

/** Ids that come from the configuration of the test. */
function withoutOwnMentions(found: readonly string[]): readonly string[] {
  return found.filter((each) => !/: user(?:group)?$/u.test(each));
}

describe('every message', () => {
  const messages = everyMessage(withHistory, before);

  test.each([...messages])('%s keeps to the budget and to what Slack takes', (_name, message) => {
    expect(withoutOwnMentions(problems(message))).toEqual([]);
    const { blocks, characters } = messageSize(message);
    expect(blocks).toBeLessThanOrEqual(budget.blocks);
    expect(characters).toBeLessThanOrEqual(budget.characters);
    expect(message.text.length).toBeLessThan(4000);
    expect(message.text).toMatch(/^[A-Z].*[.>]$/su);
    expect(previewText(message).trim()).not.toBe('');
  });

  test('names nobody who changed something, though the report does', () => {
    const person = 'someone@example.com';
    expect(JSON.stringify(withHistory)).toContain(person);
    const texts = [...messages.values()].map((message) => JSON.stringify(message));
    expect(texts.filter((text) => text.includes('Azure Portal'))).not.toEqual([]);
    expect(texts.filter((text) => text.includes(person))).toEqual([]);
  });

  test("fits the SDK's own types, as a post and as an edit", () => {
    // Checked by the compiler, not by the run.
    const given: SlackMessage = messages.get('week') ?? { text: '', blocks: [] };
    const post = { channel: 'C', ...given } satisfies ChatPostMessageArguments;
    const edit = { channel: 'C', ts: '1', ...given } satisfies ChatUpdateArguments;
    expect([post.text, edit.text]).toEqual([given.text, given.text]);
  });
});

describe('a critical', () => {
  const [starved = finding()] = echoFindings;
  const message = criticalMessage(
    { cluster: articleCluster, finding: starved },
    {
      metadata: { event_type: 'evenkeel_finding', event_payload: {} },
      reportUrl,
      level: 'full',
      reopened: false,
      interactive: false,
    },
  );

  test('says the effect, the cause, the numbers now and after the fix, and links to the map and to the page of the rule', () => {
    expect(previewText(message))
      .toBe(`CRITICAL 2 of 3 ready pods of default/echo-service receive no traffic on aks-app.
| 2 of 3 ready pods of default/echo-service receive no traffic
| ============================================================
| echo-deployment-557c9d44c5-vdj22 and echo-deployment-557c9d44c5-xv7hd receive none of the new connections to port 80/TCP; they all go to echo-deployment-557c9d44c5-pqgvx (100 %). A Basic load balancer supports only one VM set (availability set or scale set) as backend; their nodes are in another.
|     share of new connections                                 now    after
|     echo-deployment-557c9d44c5-pqgvx     system            100 %   33.3 %
|     echo-deployment-557c9d44c5-vdj22     pool-1              0 %   33.3 %
|     echo-deployment-557c9d44c5-xv7hd     pool-1              0 %   33.3 %
| Cluster: aks-app
| Service: default/echo-service
| First seen: 2026-11-23 06:00 UTC
| Rule: traffic/starved-endpoints
| Fix: Accept traffic on every node (externalTrafficPolicy: Cluster). Trade-off: the client source IP is lost: pods see a node address; one extra hop for most connections. 1 other fix in the report.
|     kubectl -n default patch service echo-service --type merge -p '{"spec":{"externalTrafficPolicy":"Cluster"}}'
| [See the traffic map] ${reportUrl}?finding=c0ffee0000000001
| [How to fix] https://evenkeel.example.com/api/rules/traffic/starved-endpoints
`);
  });

  test('has buttons that change something only where that is switched on', () => {
    expect(JSON.stringify(message)).not.toContain('acknowledge');
    expect(JSON.stringify(message).match(/"type":"button"/gu)).toHaveLength(2);
  });
});

/** Paths of untrusted strings; in the short form the first of a list's items stands for the others of its cluster. */
function fieldsOf(given: Report): readonly string[] {
  const paths = untrustedPaths(given);
  const groups = Map.groupBy(paths, (path) => path.replaceAll(/(?<!^\/clusters\/)\b\d+\b/gu, '*'));
  return isLong ? paths : [...groups.values()].flatMap(([path]) => path ?? []);
}

describe('no string of a cluster is more than text, in any message', () => {
  test.each(hostileStrings.map((text) => ({ text })))('$text in every field', ({ text }) => {
    const hostile = everyMessage(poisoned(withHistory, text), poisoned(before, text));
    for (const [name, message] of hostile)
      expect([name, withoutOwnMentions(problems(message))]).toEqual([name, []]);
  });

  test('nor in any single field', () => {
    const found = fieldsOf(withHistory).flatMap((path) =>
      [...everyMessage(poisoned(withHistory, '<!channel> `x` & ', path), before)].flatMap(
        ([name, message]) =>
          withoutOwnMentions(problems(message)).map((each) => `${path} ${name} ${each}`),
      ),
    );
    expect(found).toEqual([]);
  });

  test('and the strings do arrive, as text', () => {
    const text = JSON.stringify([...everyMessage(poisoned(withHistory, 'x'), before).values()]);
    expect(text.split(`x${marker}`).length).toBeGreaterThan(200);
  });
});
