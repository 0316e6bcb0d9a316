import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { auditCase } from '../../shared/audit/audit-folder.ts';
import { otherAddresses } from '../../shared/casefolder/anonymize.ts';
import {
  anonymized,
  caseArm,
  caseKubernetes,
  openCases,
  Recording,
  writeCase,
  type SavedCase,
} from '../../shared/casefolder/index.ts';
import { readConfigurations, readNetwork } from '../../shared/collect/index.ts';
import { listClusters } from '../../shared/discover/index.ts';
import { Problems } from '../../shared/input/index.ts';
import { armId } from '../../shared/model/index.ts';
import { caseFolders } from '../engine/case-file.ts';
import { auditFolder } from '../support/audit-folder.ts';
import { sampled } from '../support/long.ts';
import { temporaryFolders, type Json } from './folder.ts';

const folders = temporaryFolders();
afterAll(() => folders.remove());

const takenAt = '2026-11-23T06:00:00Z';
const mail = 'zqperson@zqcorp.example';

/** Puts words of an owner wherever people write some; each begins with `zq`. */
function planted(file: string, body: Json): Json {
  for (const item of body.items ?? []) {
    const { metadata, spec } = item;
    metadata.annotations = { ...metadata.annotations, 'zqteam.example/zqowner': mail };
    metadata.labels = { ...metadata.labels, zqlabel: 'zqvalue', 'zqcorp.example/zqkey': 'zqother' };
    for (const each of spec?.template?.spec?.containers ?? spec?.containers ?? []) {
      each.image = 'zqregistry.azurecr.io/zqapp:1';
      each.env = [{ name: 'ZQENV', value: 'zqenv' }];
    }
    for (const each of item.status?.conditions ?? []) each.message = `${mail} set it`;
    if (item.involvedObject !== undefined)
      item.message += ` by ${mail}: /subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/zq-net/providers/Microsoft.Network/virtualNetworks/zqvnet/subnets/zqsubnet, 20.7.8.9 and "zqquoted"`;
    if (file === 'ingresses.json') for (const each of spec.rules) each.host = `*.zq${each.host}`;
    if (file === 'services.json') {
      metadata.annotations[`${azure}dns-label-name`] = 'zqdns';
      metadata.annotations[`${azure}load-balancer-resource-group`] = 'zqgroup';
    }
  }
  for (const item of body.value ?? []) {
    item.tags = { ...item.tags, zqCost: mail, 'zq owner': 'Zq Zqperson' };
    item.systemData = { createdBy: mail };
    const { properties } = item;
    if (file === 'publicIPAddresses.json')
      properties.dnsSettings = {
        domainNameLabel: 'zqdns',
        fqdn: 'zqdns.westeurope.cloudapp.azure.com',
      };
    if (file === 'managedClusters.json') {
      properties.dnsPrefix = 'zqdns';
      properties.apiServerAccessProfile = { authorizedIPRanges: ['20.7.8.9/32'] };
    }
    if (file === 'networkSecurityGroups.json')
      properties.securityRules = [...(properties.securityRules ?? []), ruleOfOwner];
  }
  return body;
}

const azure = 'service.beta.kubernetes.io/azure-';
const ruleOfOwner = {
  name: 'zqrule',
  properties: {
    description: 'zqdescription',
    protocol: 'Tcp',
    sourcePortRange: '*',
    destinationPortRange: '81',
    sourceAddressPrefix: '20.7.8.0/24',
    destinationAddressPrefix: '*',
    access: 'Allow',
    priority: 4000,
    direction: 'Inbound',
  },
};

/** A case with such words in it. */
function plantedCase(name: string, directory: string): string {
  const files = ['arm', 'kubernetes'].flatMap((side) =>
    readdirSync(path.join(directory, side)).map((file) => `${side}/${file}`),
  );
  return folders.changed(
    Object.fromEntries(
      files.map((file) => [file, (json: Json) => planted(path.basename(file), json)]),
    ),
    name,
  );
}

/** What `evenkeel save` would have kept of it. */
async function savedOf(directory: string): Promise<SavedCase> {
  const cases = await openCases([directory]);
  const [set] = cases.sets;
  if (set === undefined) throw new Error('no case');
  const saved = await cases.open(set);
  const recording = new Recording();
  const access = {
    credential: {
      getToken: () =>
        Promise.resolve({ token: 'none', expiresOnTimestamp: Date.now() + 3_600_000 }),
    },
    endpoint: 'https://management.azure.com',
    httpClient: recording.arm(caseArm(saved)),
    retries: 0,
    problems: new Problems(),
  };
  const clusters = await listClusters(access, 'saved');
  await readNetwork(access, 'saved');
  const id = armId(
    '/subscriptions/saved/providers/Microsoft.ContainerService/managedClusters/saved',
  );
  await readConfigurations(access, { id, subscriptionId: 'saved' });
  const kubernetes = recording.kubernetes(caseKubernetes(saved));
  await auditCase(saved, { clusters: [], takenAt, kubernetes });
  cases.close();
  return {
    lists: new Map([...recording.armLists(), ...recording.kubernetesLists()]),
    about: {
      savedBy: 'evenkeel',
      takenAt,
      cluster: clusters.kind === 'read' ? (clusters.value[0]?.id ?? id) : id,
      anonymized: false,
      access: { kind: 'open', answered: 9, forbidden: 0 },
      unread: {},
      queries: recording.queries(),
    },
  };
}

function written(saved: SavedCase): string {
  const directory = folders.empty();
  writeCase(directory, saved);
  return directory;
}

/** What an audit of a folder says, without names. */
async function nameless(directory: string): Promise<unknown> {
  const { clusters } = await auditFolder({ directory, clusters: [], takenAt });
  const [cluster] = clusters;
  return {
    result: cluster?.result,
    findings: cluster?.findings
      .map(({ rule, severity, causes }) => `${rule} ${severity} ${causes.join(' ')}`)
      .toSorted(),
    traffic: cluster?.services
      .flatMap(({ ports }) =>
        ports.map(
          ({ verdict, lost, endpoints }) =>
            `${verdict} ${lost} ${endpoints
              .map(({ share }) => String(share))
              .toSorted()
              .join(' ')}`,
        ),
      )
      .toSorted(),
    unknown: cluster?.unknown.map(({ rule }) => rule).toSorted(),
    coverage: cluster?.coverage.map(({ slice, state, items }) => `${slice} ${state} ${items}`),
  };
}

describe('a case without its names', () => {
  test.each(
    sampled(
      caseFolders().filter(({ name }) => !name.endsWith('(shared)')),
      2,
    ),
  )(
    '$name: no word of its owner is left, and the report is the same',
    async ({ name, directory }) => {
      const saved = await savedOf(plantedCase(name, directory));
      const other = written(anonymized(saved));
      const texts = readdirSync(other, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.json'))
        .map((file) => readFileSync(path.join(other, file), 'utf8'));
      expect(texts.length).toBeGreaterThan(5);
      expect(
        texts.flatMap((text) => text.match(/.{0,40}(?:zq|20\.7\.8\.|11111111-).{0,40}/giu) ?? []),
      ).toEqual([]);
      expect(await nameless(other)).toEqual(await nameless(written(saved)));
    },
  );
});

describe('other addresses', () => {
  const other = otherAddresses(Buffer.from('salt'));

  test.each([
    '10.224.0.4',
    '168.63.129.16',
    '0.0.0.0/0',
    '172.16.0.0/12',
    '1.35.4',
    'fd00::1',
    'fe80::1',
  ])("%s is nobody's", (text) => {
    expect(other(text)).toBe(text);
  });

  test('keep what lies in which range', () => {
    const [host = '', near = '', range = '', wide = ''] = other(
      '20.7.8.9 20.7.9.9 20.7.8.0/24 20.0.0.0/10',
    ).split(' ');
    expect([host, near, range].some((each) => /20\.7\./u.test(each))).toBe(false);
    expect(range).toBe(`${host.replace(/\d+$/u, '')}0/24`);
    expect(near.startsWith(range.replace(/\d+\/24$/u, ''))).toBe(false);
    expect(wide).toMatch(/^24\d\.\d+\.0\.0\/10$/u);
    expect(other('20.7.8.9')).toBe(host);
    expect(otherAddresses(Buffer.from('other'))('20.7.8.9')).not.toBe(host);
  });

  test('of IPv6 are of the range for documentation', () => {
    expect(other('2603:1030:805::8/128, 2603:1030:805::8')).toBe('2001:db8::1/128, 2001:db8::1');
  });
});
