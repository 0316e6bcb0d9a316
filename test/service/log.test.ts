import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { failureFields, logTo, type LogLevel } from '../../shared/audit/log.ts';
import { closed } from '../../shared/collect/live/open-cluster.ts';
import { scrubbed, unread } from '../../shared/model/index.ts';

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
    'eyJhbGciOiJub25lIn0\n.eyJhdWQiOiJodHRwcyJ9\n.canarysignature',
    'eyJhbGciOiJub25lIn0.eyJhdWQi\r\n  OiJodHRwcyJ9canary.c2ln',
    'eyJhbGciOiJub25lIn0\\n.canary',
    'Bearer canary-opaque_token.value',
    '{"authorization":"Bearer canarycanary"}',
    'Authorization: Basic Y2FuYXJ5canary',
    'Basic Y2FuYXJ5Omhlc2xvcanary',
    'Cookie: a=1; session=canary',
    'xoxb-1-canary',
    'xoxe.xoxp-1-canary',
    'xapp-1-canary',
    'hooks.slack.com/services/T0/B0/canary',
    'https://hooks.slack.com/triggers/T0/1/canary',
    'https%3A%2F%2Fhooks.slack.com%2Fservices%2FT0%2FB0%2Fcanary',
    'https://acme.webhook.office.com/webhookb2/canary@x/IncomingWebhook/canary',
    'https://app/api/report?code=canary==&format=json',
    'x-functions-key: canary',
    'Ocp-Apim-Subscription-Key: canary',
    'https://st.blob/x?sig=canary%3D&se=1',
    'https%3A%2F%2Fst.blob%2Fc%3Fsv%3D2024%26sig%3Dcanary%252B%26se%3D1',
    'SharedAccessSignature sr=x&sig=canary%3D&se=1&skn=y',
    'DefaultEndpointsProtocol=https;AccountKey=canary==;x',
    'AccountName=a;AccountKey = canary==',
    '{"AccountKey": "canary+abc/def=="}',
    'AccountKey%3Dcanary%2Babc%3D%3D%3BEndpointSuffix',
    'Endpoint=sb://x.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=canary=',
    'InstrumentationKey=canary;IngestionEndpoint=https://x',
    'Server=tcp:x;Uid=sa;Pwd=canary;',
    'Server=tcp:x;User ID=sa;Password=canary;Encrypt=true',
    '{"client_secret": "canary"}',
    '"client_secret":"can\\"canary"',
    '{\\"client_secret\\":\\"canary\\"}',
    '&quot;client_secret&quot;:&quot;canary&quot;',
    "client_secret='canary'",
    "client_secret: 'canary'",
    'client_secret: canary',
    'AZURE_CLIENT_SECRET=canary',
    'clientSecret = "canary"',
    'SLACK_SIGNING_SECRET=canary',
    'az login --service-principal --password canary',
    '--client-secret canary',
    'client_assertion=canary',
    'refresh_token=canary',
    '"refreshToken": "0.canary"',
    '0.AXoAcanarycanarycanary_canary.canary',
    '"accessToken":"canary"',
    '    token: canary',
    'client-key-data: canaryLS0tLS1CRUdJTiBSU0E=',
    '"client-certificate-data":"canaryLS0tLS1CRUdJTiBSU0E="',
    'passphrase: canary',
    'https://user:canary@proxy.example',
    'https://user:can@canary@proxy.example:3128/x',
    'https://canary@github.com/a/b',
    'postgres://user:canary@db/x',
    'redis://:canary@cache:6380',
    'mongodb+srv://u:canary@h/x',
    '-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----',
    '-----BEGIN RSA PRIVATE KEY-----\\nMIIcanary\\n-----END RSA PRIVATE KEY-----',
    '-----BEGIN OPENSSH PRIVATE KEY-----\nMIIcanary',
    `${'MIIcanary'.repeat(7)}\ncanary+/==\n-----END RSA PRIVATE KEY-----`,
    String.raw`MIIcanarycanary\ncanarycanary\ncnry==\n-----END PRIVATE KEY-----`,
    'postgres://user:can/canary@db/x',
    'https://user:/canary@proxy.example:3128/x',
    'code=canaryQ4f7x0canarycanarycanary_canarycanaryAzFu1x==',
    'ghp_canary0123456789canary0123456789',
    'github_pat_11ABCDEFG0canary_0123456789canary',
    'glpat-canary0123456789canary',
    'M.C511_BAY.0.U.-CgCanary!canary*canary$$',
  ])('no credential stays in %j', (text) => {
    expect(scrubbed(`before ${text} after`)).not.toContain('canary');
    expect(scrubbed(`before ${text}`)).toMatch(/^before .*\*\*\*/u);
  });

  test.each(['AKIAIOSFODNN7EXAMPLE', 'ASIAIOSFODNN7EXAMPLE'])('nor does %j', (key) => {
    expect(scrubbed(`of ${key}, which`)).toBe('of ***, which');
  });

  test.each([
    'Cannot create more than 3 Basic public IP addresses; Basic load balancers are retired',
    'Code="PublicIPCountLimitReached" Message="Cannot create more than 10 public IP addresses"',
    '{"error":{"code":"AuthorizationFailed","message":"The client does not have authorization"}}',
    'terminated with exit code: 137, statusCode: 403',
    'the list repeats its continue token; bearer authentication is off',
    'no connection: connect ECONNREFUSED https://aks-1.hcp.westeurope.azmk8s.io:443/version',
    'https://aks.azure.com/a?mail=someone@example.com',
    'secretName web-tls of kube-system/token-cleaner is not found',
    'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing"',
    'Get "https://10.0.0.1:10250/containerLogs/kube-system/coredns": exit code=137',
    'Failed to pull image "http://registry.local:5000/team/app@sha256:4c7a4a3d"',
    'code=RequestDisallowedByPolicy-with-a-very-long-suffix-of-words',
    'see https://learn.microsoft.com/azure/aks/faq: ask ops@example.com',
    'image mcr.microsoft.com/oss/kubernetes/pause:3.9@sha256:7031c1b2 failed',
  ])('%j is no credential', (text) => {
    expect(scrubbed(text)).toBe(text);
  });

  test('names, ids, images, digests and addresses in sentences of servers are none', () => {
    const name = fc.stringMatching(/^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$/u);
    const port = fc.integer({ min: 1, max: 65_535 });
    const sentences = [
      fc
        .tuple(fc.uuid(), name, name)
        .map(
          ([id, group, vm]) =>
            `The client '${id}' with object id '${id}' does not have authorization to perform action 'Microsoft.Network/loadBalancers/read' over scope '/subscriptions/${id}/resourceGroups/MC_${group}/providers/Microsoft.Compute/virtualMachineScaleSets/${vm}' or the scope is invalid.`,
        ),
      fc
        .tuple(name, port, name, fc.stringMatching(/^[0-9a-f]{64}$/u))
        .map(
          ([host, at, image, digest]) =>
            `Failed to pull image "${host}.azurecr.io:${at}/${image}@sha256:${digest}": rpc error: code = NotFound desc = failed to pull and unpack image "http://${host}:${at}/${image}@sha256:${digest}"`,
        ),
      fc
        .tuple(name, fc.stringMatching(/^[0-9a-f]{10}$/u), name, fc.ipV4())
        .map(
          ([pod, hash, namespace, ip]) =>
            `0/3 nodes are available: pod ${namespace}/${pod}-${hash}-x7k2p: Get "https://${ip}:10250/healthz?timeout=10s": dial tcp ${ip}:10250: connect: connection refused; exit code=137`,
        ),
    ];
    fc.assert(
      fc.property(fc.oneof(...sentences), (text) => {
        expect(scrubbed(text, 2000)).toBe(text);
      }),
      { seed: 1, numRuns: 300 },
    );
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

  test('the reasons of lists and of clusters are scrubbed and cut where they are made', () => {
    const said = `client_secret=canary ${'x'.repeat(2_500_000)}`;
    for (const reason of [unread(said).why, closed('denied', said).reason]) {
      expect(reason).toMatch(/^client_secret=\*\*\* x+…$/u);
      expect(reason).toHaveLength(1000);
    }
  });
});
