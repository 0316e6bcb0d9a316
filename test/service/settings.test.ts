import { describe, expect, test } from '@jest/globals';
import { InputError } from '../../shared/audit/input-error.ts';
import { type Environment } from '../../shared/audit/environment.ts';
import { readSettings } from '../../shared/service/settings.ts';

const subscription = '11111111-2222-3333-4444-555555555555';
const whole: Environment = {
  EVENKEEL_SCHEDULE: '0 0 */6 * * *',
  EVENKEEL_SUBSCRIPTIONS: subscription,
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
};

function faultOf(env: Environment): string {
  try {
    readSettings(env);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return '';
}

describe('settings', () => {
  test('what is left out has its default', () => {
    expect(readSettings(whole)).toEqual({
      schedule: '0 0 */6 * * *',
      subscriptions: [subscription],
      engine: 'queue',
      allowPrivateClusters: false,
      cloud: 'AzurePublic',
      slack: {},
      storage: { kind: 'connection-string', connectionString: 'UseDevelopmentStorage=true' },
    });
  });

  test.each([
    { name: 'EVENKEEL_SUBSCRIPTIONS', value: '*', gives: { subscriptions: 'all' } },
    {
      name: 'EVENKEEL_SUBSCRIPTIONS',
      value: ` ${subscription.toUpperCase()}, ${subscription}`,
      gives: { subscriptions: [subscription] },
    },
    { name: 'EVENKEEL_ENGINE', value: 'inline', gives: { engine: 'inline' } },
    {
      name: 'EVENKEEL_ALLOW_PRIVATE_CLUSTERS',
      value: 'True',
      gives: { allowPrivateClusters: true },
    },
    { name: 'EVENKEEL_CLOUD', value: 'AzureChina', gives: { cloud: 'AzureChina' } },
    { name: 'SLACK_CHANNEL', value: '  ', gives: { slack: {} } },
    { name: 'SLACK_BOT_TOKEN', value: 'xoxb-1', gives: { slack: { token: 'xoxb-1' } } },
  ])('$name = $value', ({ name, value, gives }) => {
    expect(readSettings({ ...whole, [name]: value })).toMatchObject(gives);
  });

  test('storage by identity: addresses follow from the account, or are given', () => {
    const env = {
      ...whole,
      AzureWebJobsStorage: undefined,
      AzureWebJobsStorage__accountName: 'stevenkeel',
      AzureWebJobsStorage__tableServiceUri: 'https://other.table.core.windows.net',
    };
    expect(readSettings(env).storage).toEqual({
      kind: 'identity',
      blobUri: 'https://stevenkeel.blob.core.windows.net',
      queueUri: 'https://stevenkeel.queue.core.windows.net',
      tableUri: 'https://other.table.core.windows.net',
    });
  });

  test.each([
    { name: 'EVENKEEL_SCHEDULE', value: undefined, says: 'is missing' },
    { name: 'EVENKEEL_SCHEDULE', value: '*/5 * * * *', says: 'six fields' },
    { name: 'EVENKEEL_SCHEDULE', value: '0 0 25 * * *', says: 'six fields' },
    { name: 'EVENKEEL_SUBSCRIPTIONS', value: '', says: 'is missing' },
    { name: 'EVENKEEL_SUBSCRIPTIONS', value: 'production', says: 'not a subscription ID' },
    { name: 'EVENKEEL_ENGINE', value: 'durable', says: 'queue nor inline' },
    { name: 'EVENKEEL_REPORT_URL', value: 'javascript:alert(1)', says: 'https://' },
    { name: 'EVENKEEL_ALLOW_PRIVATE_CLUSTERS', value: 'yes', says: 'true nor false' },
    { name: 'EVENKEEL_CLOUD', value: 'Mars', says: 'AzurePublic' },
    { name: 'EVENKEEL_POLICY', value: 'http://x/policy.yaml', says: 'https://' },
    { name: 'SLACK_BOT_TOKEN', value: 'hunter2', says: 'no Slack token' },
    { name: 'SLACK_CHANNEL', value: '#general', says: 'not a channel ID' },
    { name: 'EVENKEEL_SUBSCRIPTIONS', value: ' , ', says: 'contains no subscription' },
    { name: 'EVENKEEL_REPORT_URL', value: 'https://x/api/report?code=abc', says: 'holds a key' },
    { name: 'EVENKEEL_REPORT_URL', value: 'https://me:pw@x/api/report', says: 'holds a key' },
    { name: 'EVENKEEL_TENANT_ID', value: 'contoso', says: 'not a tenant ID' },
    { name: 'AzureWebJobsStorage', value: undefined, says: 'is missing' },
    {
      name: 'AzureWebJobsStorage',
      value: 'garbage',
      says: 'not a storage account connection string',
    },
    {
      name: 'AzureWebJobsStorage',
      value: 'AccountName=a',
      says: 'not a storage account connection string',
    },
    { name: 'NODE_TLS_REJECT_UNAUTHORIZED', value: '0', says: 'remove it' },
    {
      name: 'SLACK_BOT_TOKEN',
      value: '@Microsoft.KeyVault(SecretUri=https://kv/secrets/x)',
      says: 'was not resolved',
    },
  ])('$name = $value is a fault that names the setting', ({ name, value, says }) => {
    const message = faultOf({ ...whole, [name]: value });
    expect(message).toContain(name);
    expect(message).toContain(says);
    expect(message).not.toContain('\n');
  });

  test.each([
    { name: 'AzureWebJobsStorage__accountName', value: 'St Evenkeel', says: 'not a valid' },
    { name: 'AzureWebJobsStorage__clientId', value: 'me', says: 'not a valid client ID' },
    {
      name: 'AzureWebJobsStorage__blobServiceUri',
      value: 'http://a.blob.core.windows.net',
      says: 'not an https:// address',
    },
  ])('$name = $value is a fault of storage by identity', ({ name, value, says }) => {
    const identity = {
      ...whole,
      AzureWebJobsStorage: '',
      AzureWebJobsStorage__accountName: 'acme',
    };
    const message = faultOf({ ...identity, [name]: value });
    expect(message).toContain(`${name} is ${says}`);
  });

  test('storage by identity is that of the cloud', () => {
    const env = {
      ...whole,
      AzureWebJobsStorage: undefined,
      AzureWebJobsStorage__accountName: 'acme',
      EVENKEEL_CLOUD: 'AzureChina',
    };
    expect(readSettings(env).storage).toMatchObject({
      queueUri: 'https://acme.queue.core.chinacloudapi.cn',
    });
  });

  const buttons = {
    SLACK_SIGNING_SECRET: '8f742231b10e8888abcd99yyyzzz85a5',
    SLACK_APP_ID: 'A0EVENKEEL',
    SLACK_TEAM_ID: 'T0CONTOSO1',
    SLACK_APPROVERS: 'U0APPROVER1, U0APPROVER2',
  };

  test('buttons in Slack: off, or whole', () => {
    expect(readSettings({ ...whole, ...buttons }).slack.interactions).toEqual({
      signingSecret: buttons.SLACK_SIGNING_SECRET,
      appId: 'A0EVENKEEL',
      teamId: 'T0CONTOSO1',
      approvers: ['U0APPROVER1', 'U0APPROVER2'],
    });
    for (const name of Object.keys(buttons)) {
      expect(faultOf({ ...whole, ...buttons, [name]: ' ' })).toContain(`${name} is missing`);
      const wrong = faultOf({ ...whole, ...buttons, [name]: '<canary>' });
      expect(wrong).toContain(`${name} is no`);
      expect(wrong).not.toContain('canary');
    }
  });

  test('every fault is in one message, and no value is', () => {
    const secret = 'canary-secret';
    const message = faultOf({
      EVENKEEL_SCHEDULE: secret,
      EVENKEEL_SUBSCRIPTIONS: secret,
      SLACK_BOT_TOKEN: secret,
      SLACK_CHANNEL: secret,
    });
    for (const name of [
      'EVENKEEL_SCHEDULE',
      'EVENKEEL_SUBSCRIPTIONS',
      'SLACK_BOT_TOKEN',
      'SLACK_CHANNEL',
      'AzureWebJobsStorage',
    ])
      expect(message).toContain(name);
    expect(message).not.toContain(secret);
  });
});
