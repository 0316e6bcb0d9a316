import { createHmac } from 'node:crypto';
import { QueueServiceClient } from '@azure/storage-queue';
import { describe, expect, test } from '@jest/globals';
import type { HttpResponse } from '../../shared/service/http/response.ts';
import { onInteractionMessage, onInteractions } from '../../shared/service/on-interactions.ts';
import { onTimer } from '../../shared/service/on-timer.ts';
import { cluster, fleet, subscription } from '../../simulator/build.ts';
import { story as storyClusters } from '../../simulator/fleets/story.ts';
import { useAzurite } from '../support/storage.ts';
import { serviceWorld, type ServiceWorld } from './service-world.ts';

const azurite = useAzurite();

const secret = '8f742231b10e8888abcd99yyyzzz85a5';
const buttons = {
  SLACK_SIGNING_SECRET: secret,
  SLACK_APP_ID: 'A0EVENKEEL',
  SLACK_TEAM_ID: 'T0CONTOSO1',
  SLACK_APPROVERS: 'U0APPROVER1',
};
const id = '00000000-0000-0000-0000-0000000000a1';
const calm = fleet({ subscriptions: [subscription(id, 'One', [cluster('calm')])] });
const story = fleet({
  subscriptions: [subscription(id, 'One', storyClusters().slice(0, 1))],
});

function press(changes: object = {}): string {
  const payload = {
    type: 'block_actions',
    api_app_id: 'A0EVENKEEL',
    team: { id: 'T0CONTOSO1' },
    channel: { id: 'C0FLEET0001' },
    user: { id: 'U0APPROVER1' },
    response_url: 'https://evil.example/',
    actions: [{ action_id: 'acknowledge', value: '3f9c1a7be2d04c55' }],
    ...changes,
  };
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
}

interface Sent {
  readonly body?: string;
  readonly signed?: string;
  readonly skewSeconds?: number;
  readonly key?: string;
}

async function send(
  world: ServiceWorld,
  { body = press(), signed = body, skewSeconds = 0, key = secret }: Sent = {},
): Promise<HttpResponse> {
  const at = String(Math.floor(Date.parse(world.clock.iso) / 1000) + skewSeconds);
  const signature = createHmac('sha256', key).update(`v0:${at}:${signed}`).digest('hex');
  const headers = new Headers({
    'x-slack-request-timestamp': at,
    'x-slack-signature': `v0=${signature}`,
  });
  return await onInteractions(
    world.app,
    { headers, arrayBuffer: async () => new TextEncoder().encode(body).buffer },
    world.log,
  );
}

/** Messages of the queue, taken out of it. */
async function queued(): Promise<readonly unknown[]> {
  const queue = QueueServiceClient.fromConnectionString(azurite.connectionString()).getQueueClient(
    'evenkeel-slack-interaction',
  );
  await queue.createIfNotExists();
  const messages: unknown[] = [];
  for (;;) {
    const { receivedMessageItems } = await queue.receiveMessages({ numberOfMessages: 32 });
    if (receivedMessageItems.length === 0) return messages;
    for (const { messageId, popReceipt, messageText } of receivedMessageItems) {
      messages.push(JSON.parse(Buffer.from(messageText, 'base64').toString('utf8')));
      await queue.deleteMessage(messageId, popReceipt);
    }
  }
}

describe('POST /api/slack/interactions', () => {
  test('off, as it is by default: 404, whatever is sent', async () => {
    const world = await serviceWorld(azurite.connectionString(), story);
    expect(await send(world)).toMatchObject({ status: 404 });
  });

  test('a press is queued, once; its replay, and what is not Slack, is not', async () => {
    const world = await serviceWorld(azurite.connectionString(), story, buttons);
    const rows: readonly [string, Sent, number][] = [
      ['good', {}, 200],
      ['the same again', {}, 401],
      ['stale', { skewSeconds: -330 }, 401],
      ['future', { skewSeconds: 330 }, 401],
      ['tampered', { body: press({ user: { id: 'U0APPROVER1', x: 1 } }), signed: press() }, 401],
      ['another key', { key: 'f'.repeat(32) }, 401],
      ['another team', { body: press({ team: { id: 'T0EVIL00001' } }) }, 403],
      ['another app', { body: press({ api_app_id: 'A0EVIL00001' }) }, 403],
      ['another channel', { body: press({ channel: { id: 'C0EVIL00001' } }) }, 403],
      ['no approver', { body: press({ user: { id: 'U0STRANGER1' } }) }, 403],
      ['unknown action', { body: press({ actions: [{ action_id: 'rm', value: 'x' }] }) }, 403],
      ['no payload', { body: 'x=1' }, 400],
      ['too large', { body: press({ x: 'y'.repeat(70_000) }) }, 413],
    ];
    for (const [name, sent, status] of rows) {
      const answer = await send(world, sent);
      expect({ name, status: answer.status, body: answer.body }).toEqual({
        name,
        status,
        body: '',
      });
    }
    expect(await queued()).toEqual([
      { action: 'acknowledge', fingerprint: '3f9c1a7be2d04c55', userId: 'U0APPROVER1' },
    ]);
    expect(world.lines.join('\n')).not.toContain(secret);
  }, 60_000);

  test('out of the queue it marks the message of the finding; garbage is dropped', async () => {
    // A first run is told as a whole; what is new after it gets messages of its own.
    const world = await serviceWorld(azurite.connectionString(), calm, buttons);
    await onTimer(world.app, { isPastDue: false, log: world.log });
    await world.becomes(story);
    world.clock.iso = '2026-11-23T12:00:10Z';
    await onTimer(world.app, { isPastDue: false, log: world.log });
    const finding = (await world.newest())?.clusters
      .flatMap(({ findings }) => findings)
      .find(({ severity }) => severity === 'critical');
    const critical = (): string =>
      JSON.stringify(
        world.simulator.slack
          .messages()
          .find((message) => JSON.stringify(message).includes('"acknowledge"')),
      );
    expect(critical()).toContain(finding?.fingerprint);
    const value = finding?.fingerprint;
    await send(world, { body: press({ actions: [{ action_id: 'acknowledge', value }] }) });
    for (const message of [...(await queued()), 'garbage', { action: 'rm' }, null])
      await onInteractionMessage(world.app, message, world.log);
    expect(JSON.stringify(world.simulator.slack.messages())).toContain('U0APPROVER1');
    expect(world.lines.filter((line) => line.includes('no-interaction'))).toHaveLength(3);
  }, 60_000);
});
