import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { pack } from 'tar-stream';
import { auditFolders } from '../../shared/audit/audit-folders.ts';
import { zipOf } from './zip.ts';

jest.setTimeout(120_000);

const root = mkdtempSync(path.join(tmpdir(), 'evenkeel-hostile-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const now = (): Date => new Date('2026-11-23T06:00:00Z');
const service =
  '{"apiVersion":"v1","kind":"Service","metadata":{"name":"a","namespace":"b"},"spec":{"type":"LoadBalancer","ports":[{"port":80}]}}';

interface Said {
  /** Lines about the file, without those about what was not given. */
  readonly lines: readonly string[];
  readonly unreadable: boolean;
}

async function said(name: string, data: Buffer | string): Promise<Said> {
  const file = path.join(root, name);
  writeFileSync(file, data);
  const { problems, unreadable } = await auditFolders({ directories: [file], clusters: [], now });
  rmSync(file);
  return { lines: problems.filter((line) => !line.includes('not given: ')), unreadable };
}

interface TarEntry {
  readonly name: string;
  readonly type?: 'symlink' | 'link';
  readonly linkname?: string;
  readonly data?: string;
}

async function tarOf(entries: readonly TarEntry[]): Promise<Buffer> {
  const tar = pack();
  for (const { data = '', ...header } of entries) tar.entry(header, data);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return gzipSync(Buffer.concat(chunks));
}

const zeros = Buffer.alloc(64 * 1024 * 1024, 0x20);

const archives: readonly {
  name: string;
  file: string;
  data: () => Buffer | Promise<Buffer>;
  says: RegExp;
}[] = [
  {
    name: 'a zip with a path that leads out of it',
    file: 'slip.zip',
    data: () => zipOf([{ name: '../../evil.json', data: Buffer.from(service) }]),
    says: /slip\.zip: cannot be unpacked \(invalid relative path/u,
  },
  {
    name: 'a tar with an absolute path',
    file: 'slip.tar.gz',
    data: () => tarOf([{ name: '/etc/evil.json', data: service }]),
    says: /slip\.tar\.gz: an entry has a path outside the archive/u,
  },
  {
    name: 'a tar with a path that leads out of it',
    file: 'up.tgz',
    data: () => tarOf([{ name: 'a/../../evil.json', data: service }]),
    says: /up\.tgz: an entry has a path outside the archive/u,
  },
  {
    name: 'a name with control characters',
    file: 'names.tar.gz',
    data: () => tarOf([{ name: 'a\u001B[2Jb.json', data: service }]),
    says: /names\.tar\.gz: an entry has an invalid file name/u,
  },
  {
    name: 'a bomb of gzip',
    file: 'bomb.json.gz',
    data: () => gzipSync(zeros),
    says: /bomb\.json\.gz: unpacks to more than 200 times its size/u,
  },
  {
    name: 'a bomb in a tar',
    file: 'bomb.tar.gz',
    data: () => tarOf([{ name: 'a.json', data: `{"a":"${' '.repeat(48 * 1024 * 1024)}"}` }]),
    says: /bomb\.tar\.gz: unpacks to more than 200 times its size/u,
  },
  {
    name: 'a zip whose sizes lie',
    file: 'lies.zip',
    data: () => zipOf([{ name: 'a.json', data: Buffer.from(service), size: 4_000_000_000 }]),
    says: /lies\.zip: cannot be unpacked/u,
  },
  {
    name: 'an archive that was cut short',
    file: 'cut.tar.gz',
    data: async () =>
      (await tarOf([{ name: 'a.json', data: service.repeat(100) }])).subarray(0, 80),
    says: /cut\.tar\.gz: cannot be unpacked/u,
  },
  {
    name: 'what calls itself gzip',
    file: 'not.gz',
    data: () => Buffer.from([0x1f, 0x8b, 1, 2, 3, 4]),
    says: /not\.gz: cannot be unpacked/u,
  },
  {
    name: 'a zip that calls for 65,535 entries and has none',
    file: 'count.zip',
    data: () => {
      const zip = zipOf([]);
      zip.writeUInt16LE(65_534, 8);
      zip.writeUInt16LE(65_534, 10);
      return zip;
    },
    says: /count\.zip: (?:cannot be unpacked|more than 100000 files)/u,
  },
];

describe('a hostile archive: one line, nothing outside of it is touched', () => {
  test.each(archives)('$name', async ({ file, data, says }) => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('evenkeel-saved-'));
    const { lines, unreadable } = await said(file, await data());
    expect(lines).toEqual([expect.stringMatching(says)]);
    expect(unreadable).toBe(true);
    const after = readdirSync(tmpdir()).filter((name) => name.startsWith('evenkeel-saved-'));
    expect(after.filter((name) => !before.includes(name))).toEqual([]);
    expect(readdirSync(root)).toEqual([]);
  });

  test('links are passed over, and the files beside them read', async () => {
    const data = await tarOf([
      { name: 'link.json', type: 'symlink', linkname: '/etc/passwd' },
      { name: 'hard.json', type: 'link', linkname: '/etc/passwd' },
      { name: 'a.json', data: service },
    ]);
    const zip = zipOf([
      { name: 'link.json', data: Buffer.from('/etc/passwd'), mode: 0o120777 },
      { name: 'a.json', data: Buffer.from(service) },
    ]);
    for (const [name, bytes] of [
      ['links.tar.gz', data],
      ['links.zip', zip],
    ] as const)
      expect(await said(name, bytes)).toEqual({ lines: [], unreadable: false });
  });

  // 100,000 files on a disk take their time.
  test('more entries than any case has: refused after the first 100,000, memory stays flat', async () => {
    const header = Buffer.alloc(512);
    header.write('a.json', 0);
    header.write('0000644\0', 100);
    header.write('00000000000\0', 124);
    header.write('0', 156);
    header.write('ustar\u000000', 257);
    header.write('        ', 148);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    const many = Buffer.alloc(512 * 120_000);
    for (let at = 0; at < many.length; at += 512) header.copy(many, at);
    const { lines } = await said('many.tar', many);
    expect(lines).toEqual([
      expect.stringMatching(/many\.tar: more than 100000 files in archives/u),
    ]);
  });
});

describe('hostile YAML: one line', () => {
  test.each([
    {
      name: 'aliases that grow',
      data: `kind: List\napiVersion: v1\nitems:\n- &a [x, x]\n- &b [*a, *a]\n`,
      says: /unsupported YAML: .*\(line 5\)/u,
    },
    {
      name: 'aliases in one object',
      data: `apiVersion: v1\nkind: Service\nmetadata: &m\n  name: a\n  namespace: b\nspec:\n  a: &x [1]\n  b: *x\n`,
      says: /unsupported YAML: aliases are not supported \(line 8\)/u,
    },
    {
      name: 'a tag',
      data: 'apiVersion: v1\nkind: !!js/function "x"\n',
      says: /unsupported YAML: Unresolved tag.*\(line 2\)/u,
    },
    {
      name: 'lists 100,000 levels deep',
      data: `kind: Service\napiVersion: v1\nspec: ${'['.repeat(100_000)}\n`,
      says: /nested too deep|unsupported YAML|nested more than 64/u,
    },
    {
      name: 'more documents than any case has',
      data: '---\napiVersion: v1\n'.repeat(100_010),
      says: /more than 100000 documents/u,
    },
    {
      name: '10^5 documents of nothing that is read here',
      data: `${'---\nkind: A\n'.repeat(100_000)}---\n${service}\n`,
      says: /the first 10000 documents have nothing from Azure or Kubernetes; the rest is not read$/u,
    },
    {
      name: 'a key that is there twice, with a field between',
      data: 'apiVersion: v1\nkind: Service\nmetadata: {}\nkind: Pod\n',
      says: /unsupported YAML: Map keys must be unique.*\(line \d\)/u,
    },
    {
      name: 'what is not YAML',
      data: 'apiVersion: v1\nkind: Service\nmetadata:\n  name: "a\n',
      says: /unsupported YAML: .*\(line \d\)/u,
    },
  ])('$name', async ({ data, says }) => {
    const { lines, unreadable } = await said('hostile.yaml', data);
    expect(lines).toEqual([expect.stringMatching(says)]);
    expect(unreadable).toBe(true);
  });
});

describe('a form that is not for us, or not as it should be: one line that says what it looks like', () => {
  test.each([
    {
      name: 'a table',
      data: 'NAME    READY   STATUS\nweb-1   1/1     Running\n',
      says: /kubectl table output; ignored \(save it with: kubectl get/u,
    },
    {
      name: 'kubectl describe',
      data: 'Name:         web\nNamespace:    shop\n',
      says: /kubectl describe output.*kubectl get/u,
    },
    {
      name: 'Terraform state',
      data: '{"version":4,"terraform_version":"1.9.0","resources":[]}',
      says: /Terraform state; ignored/u,
    },
    {
      name: 'an ARM template',
      data: '{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","resources":[]}',
      says: /an ARM template/u,
    },
    {
      name: 'Invoke-AzRestMethod',
      data: '{"StatusCode":200,"Content":"{}"}',
      says: /Invoke-AzRestMethod.*\.Content > file\.json/u,
    },
    {
      name: 'a Resource Graph table',
      data: '{"count":1,"data":{"columns":[],"rows":[]}}',
      says: /a Resource Graph table.*az graph query/u,
    },
    {
      name: 'an error of Azure',
      data: '{"error":{"code":"AuthorizationFailed","message":"no"}}',
      says: /an error of Azure \(no\)/u,
    },
    {
      name: 'an error of Kubernetes',
      data: '{"kind":"Status","apiVersion":"v1","message":"pods is forbidden","code":403}',
      says: /an error of the Kubernetes API \(pods is forbidden\)/u,
    },
    {
      name: 'events of another API',
      data: '{"apiVersion":"events.k8s.io/v1","kind":"EventList","items":[]}',
      says: /a EventList/u,
    },
    {
      name: 'a kubeconfig',
      data: 'apiVersion: v1\nkind: Config\nclusters: []\n',
      says: /a kubeconfig, which is not needed/u,
    },
    {
      name: 'a template',
      data: 'apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Values.name }}\n',
      says: /a template/u,
    },
    {
      name: 'agent pools',
      data: '[{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c/agentPools/p","type":"Microsoft.ContainerService/managedClusters/agentPools"}]',
      says: /a resource microsoft\.containerservice\/managedclusters\/agentpools/u,
    },
    {
      name: 'an empty list of nobody knows what',
      data: '[]',
      says: /an empty list of unknown type/u,
    },
    {
      name: 'a Service of another API',
      data: '{"apiVersion":"serving.knative.dev/v1","kind":"Service","metadata":{"name":"a","namespace":"b"}}',
      says: /a Service \(serving\.knative\.dev\/v1\)/u,
    },
  ])('$name', async ({ data, says }) => {
    const { lines } = await said('given.txt', data);
    expect(lines).toEqual([expect.stringMatching(says)]);
    expect(lines[0]).toContain('given.txt: ');
  });

  test.each([
    {
      name: 'a Resource Graph answer that goes on',
      data: `{"count":1,"total_records":2,"data":[{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/loadBalancers/k","type":"microsoft.network/loadbalancers","properties":{}}]}`,
      says: /Resource Graph result is incomplete.*--first 1000/u,
    },
    {
      name: 'PowerShell that was not deep enough',
      data: `[{"Name":"kubernetes","Id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/loadBalancers/kubernetes","Sku":{"Name":"Standard"},"FrontendIpConfigurations":["Microsoft.Azure.Commands.Network.Models.PSFrontendIPConfiguration"]}]`,
      says: /not an object with properties.*ConvertTo-Json -Depth 20/u,
    },
    {
      name: 'Kubernetes objects from PowerShell that was not deep enough',
      data: '{"kind":"ServiceList","apiVersion":"v1","items":[{"metadata":{"name":"a","namespace":"b"},"spec":{"type":"LoadBalancer","ports":["@{port=80}"]}}]}',
      says: /strings instead of objects.*ConvertTo-Json -Depth 20/u,
    },
    {
      name: 'JSON that was cut short',
      data: '{"kind":"ServiceList","items":[{"a":',
      says: /the file is truncated/u,
    },
  ])('$name: exit 2', async ({ data, says }) => {
    const { lines, unreadable } = await said('given.json', data);
    expect(lines).toEqual([expect.stringMatching(says)]);
    expect(unreadable).toBe(true);
  });

  test.each([
    'beta.kubernetes.io/azure-load-balancer-internal',
    'service.kubernetes.io/azure-load-balancer-internal',
    'service.beta.kubernetes.io/Azure-load-balancer-internal',
    'Service.Beta.Kubernetes.io/azure-load-balancer-internal',
    'service.beta.kubernetes.io/azure-load-balancer-internal ',
  ])('%p: the internal key, misspelled, is the critical finding', async (key) => {
    const file = path.join(root, 'misspelled.json');
    writeFileSync(
      file,
      JSON.stringify({
        ...JSON.parse(service),
        metadata: { name: 'a', namespace: 'b', annotations: { [key]: 'true' } },
      }),
    );
    const { report } = await auditFolders({ directories: [file], clusters: [], now });
    rmSync(file);
    const found = report.clusters.flatMap(({ findings }) => findings);
    expect(found).toContainEqual(
      expect.objectContaining({
        rule: 'service/internal-annotation-misspelled',
        severity: 'critical',
      }),
    );
  });

  test('an object of an exporter that names no type is no Service with a load balancer', async () => {
    const data =
      '{"apiVersion":"v1","kind":"ServiceList","items":[{"metadata":{"name":"a","namespace":"b"},"spec":{"ports":[{"port":80}]}}]}';
    expect((await said('exported.json', data)).lines).toEqual([]);
  });
});
