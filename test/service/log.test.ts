import { describe, expect, test } from '@jest/globals';
import { failureFields, logTo, type LogLevel } from '../../shared/audit/log.ts';
import { scrubbed } from '../../shared/model/index.ts';

describe('log lines', () => {
  test('one line of JSON with the fields of the log and of the message', () => {
    const lines: [LogLevel, string][] = [];
    const log = logTo((level, line) => lines.push([level, line]), { run: 'r1' });
    log.with({ cluster: 'aks' }).warn('slice unread', { code: '403', why: 'no\nright\u001B[31m' });
    expect(lines).toEqual([
      [
        'warn',
        '{"message":"slice unread","run":"r1","cluster":"aks","code":"403","why":"no right [31m"}',
      ],
    ]);
  });

  test.each([
    'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJjYW5hcnkifQ.canary',
    'token eyJhbGciOiJub25lIn0.canary',
    'xoxb-1-canary',
    'https://app/api/report?code=canary==&format=json',
    'DefaultEndpointsProtocol=https;AccountKey=canary==;x',
    'https://st.blob/x?sig=canary%3D&se=1',
    'xapp-1-canary',
    '{"client_secret": "canary"}',
    "client_secret='canary'",
    'refresh_token=canary',
    'Authorization: Basic Y2FuYXJ5canary',
    'https://user:canary@proxy.example',
    'https://hooks.slack.com/services/T0/B0/canary',
    '-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----',
  ])('no credential stays in %j', (text) => {
    expect(scrubbed(`before ${text} after`)).not.toContain('canary');
    expect(scrubbed(`before ${text}`)).toContain('before');
  });

  test('a long text is cut, and a failure is reduced to kind, status and reason', () => {
    expect(scrubbed('x'.repeat(10_000), 300)).toHaveLength(300);
    const error = Object.assign(new Error('refused'), {
      statusCode: 403,
      code: 'AuthorizationFailed',
      request: { headers: { authorization: 'canary' } },
    });
    expect(failureFields(error)).toEqual({
      code: 'AuthorizationFailed',
      status: 403,
      why: 'refused',
    });
  });
});
