import { canary, type CanaryPlace } from '../canaries.ts';
import { json, type SimulatedResponse } from '../http.ts';
import type { Layout } from '../layout.ts';
import { aksServerApp } from '../tokens.ts';

export type AuthorityOf = (host: string) => string;

/** `ordinary`, or one of the forms that a hostile answer may take. */
export type KubeconfigForm =
  | 'ordinary'
  | 'hostile-exec'
  | 'auth-provider'
  | 'token-file'
  | 'proxy-url'
  | 'insecure-skip-tls-verify'
  | 'tls-server-name'
  | 'two-clusters'
  | 'other-server'
  | 'metadata-server'
  | 'no-authority'
  | 'not-yaml'
  | 'alias-bomb';

/** The answer of `listClusterUserCredential`: one kubeconfig, base64 inside JSON. */
export function credentials(
  layout: Layout,
  authorityPem: string,
  form: KubeconfigForm,
): SimulatedResponse {
  const text = kubeconfig(layout, authorityPem, form);
  return json(200, {
    kubeconfigs: [{ name: 'clusterUser', value: Buffer.from(text).toString('base64') }],
  });
}

function kubeconfig(layout: Layout, authorityPem: string, form: KubeconfigForm): string {
  if (form === 'not-yaml') return 'clusters: [\u0000{{{';
  if (form === 'alias-bomb') return aliasBomb;
  const { cluster } = layout;
  const user = `clusterUser_${cluster.resourceGroup}_${cluster.name}`;
  return [
    'apiVersion: v1',
    'clusters:',
    ...clusterEntry(cluster.name, serverOf(layout, form), authorityPem, form),
    ...(form === 'two-clusters'
      ? clusterEntry(
          'second',
          'https://second-abcdefgh.hcp.westeurope.azmk8s.io:443',
          authorityPem,
          form,
        )
      : []),
    'contexts:',
    '- context:',
    `    cluster: ${cluster.name}`,
    `    user: ${user}`,
    `  name: ${cluster.name}`,
    `current-context: ${cluster.name}`,
    'kind: Config',
    'preferences: {}',
    'users:',
    `- name: ${user}`,
    '  user:',
    ...userEntry(layout, form),
    '',
  ].join('\n');
}

function serverOf({ names }: Layout, form: KubeconfigForm): string {
  if (form === 'other-server') return 'https://collector.attacker.example:443';
  if (form === 'metadata-server') return 'https://169.254.169.254:443';
  return `https://${names.host}:443`;
}

function clusterEntry(
  name: string,
  server: string,
  authorityPem: string,
  form: KubeconfigForm,
): readonly string[] {
  const authority = Buffer.from(authorityPem).toString('base64');
  return [
    '- cluster:',
    ...(form === 'no-authority' ? [] : [`    certificate-authority-data: ${authority}`]),
    ...(form === 'proxy-url' ? ['    proxy-url: http://proxy.attacker.example:3128'] : []),
    ...(form === 'insecure-skip-tls-verify' ? ['    insecure-skip-tls-verify: true'] : []),
    ...(form === 'tls-server-name' ? ['    tls-server-name: collector.attacker.example'] : []),
    `    server: ${server}`,
    `  name: ${name}`,
  ];
}

/** With Entra: a command to run, as AKS gives it. Without: a certificate that is cluster-admin. */
function userEntry({ cluster, tenantId }: Layout, form: KubeconfigForm): readonly string[] {
  if (form === 'token-file') return ['    tokenFile: /etc/passwd'];
  if (form === 'auth-provider')
    return [
      '    auth-provider:',
      '      name: azure',
      '      config:',
      '        cmd-path: touch',
      '        cmd-args: evenkeel-was-here',
    ];
  if (!cluster.access.entra)
    return [
      `    client-certificate-data: ${encodedCanary('client certificate')}`,
      `    client-key-data: ${encodedCanary('client key')}`,
      `    token: ${canary('admin token')}`,
    ];
  const [command, ...args] =
    form === 'hostile-exec'
      ? ['touch', 'evenkeel-was-here']
      : [
          'kubelogin',
          'get-token',
          '--environment',
          'AzurePublicCloud',
          '--server-id',
          aksServerApp,
          '--client-id',
          '80faf920-1908-4b52-b5ef-a8e7bedfc67a',
          '--tenant-id',
          tenantId,
          '--login',
          'devicecode',
        ];
  return [
    '    exec:',
    '      apiVersion: client.authentication.k8s.io/v1beta1',
    '      args:',
    ...args.map((arg) => `      - ${arg}`),
    `      command: ${command}`,
    '      env: null',
    '      provideClusterInfo: false',
  ];
}

/** Each line stands for ten of the line before: a hundred million entries where aliases are followed. */
const aliasBomb = Array.from({ length: 9 }, (_, at) =>
  at === 0
    ? 'a0: &a0 [x, x, x, x, x, x, x, x, x, x]'
    : `a${at}: &a${at} [${Array.from({ length: 10 }, () => `*a${at - 1}`).join(', ')}]`,
).join('\n');

function encodedCanary(place: CanaryPlace): string {
  return Buffer.from(canary(place)).toString('base64');
}
