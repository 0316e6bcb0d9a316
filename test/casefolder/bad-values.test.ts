import { afterAll, describe, expect, test } from '@jest/globals';
import type { ClusterReport } from '../../shared/report/report.ts';
import { report } from '../report/builders.ts';
import { values } from './bad-values.ts';
import { audited, slips, temporaryFolders, type Json } from './folder.ts';
import { renderText } from '../support/rendered.ts';

const folders = temporaryFolders();
afterAll(() => folders.remove());

function service(json: Json): Json {
  return json.items.find((item: Json) => item.spec.type === 'LoadBalancer');
}

/** What an audit says of traffic. */
function trafficSaid({ services, findings, unknown }: ClusterReport): unknown {
  const verdicts = services.flatMap(({ ports }) => ports.map(({ verdict }) => verdict));
  return {
    verdicts: verdicts.filter((each) => each !== 'unknown'),
    findings: findings.filter(({ rule }) => rule.startsWith('traffic/')),
    unknown: unknown.some(({ rule }) => rule.startsWith('traffic/')),
  };
}

const nothing = { verdicts: [], findings: [], unknown: true };

describe('a value that is not what it should be: one line, and nothing is made of it', () => {
  test.each(values)('$name', async ({ changes, lines }) => {
    const found = await audited(folders.changed(changes));
    expect(found.lines).toEqual(lines.map((line) => expect.stringMatching(line)));
    expect(found.unread).toEqual([]);
    expect(slips(found.cluster)).toEqual([]);
  });

  test.each([-1, 0, 70_000, 1.5, 1e300, '80'])(
    'port %p of a Service: its traffic is unknown',
    async (port) => {
      const directory = folders.changed({
        'kubernetes/services.json': (json) => void (service(json).spec.ports[0].port = port),
      });
      const { cluster, lines } = await audited(directory);
      expect(lines).toEqual([
        expect.stringMatching(
          /^kubernetes\/services\.json: items\[1\]\.spec\.ports\[0\]\.port is .*, not an integer from 1 to 65535; ignored$/u,
        ),
      ]);
      expect(trafficSaid(cluster)).toEqual(nothing);
    },
  );

  test.each([
    { field: 'frontendPort', collection: 'loadBalancingRules', value: -1 },
    { field: 'frontendPort', collection: 'loadBalancingRules', value: 1e9 },
    { field: 'port', collection: 'probes', value: 65_536 },
  ])(
    '$field $value in $collection: the port is unknown, not without a rule',
    async ({ field, collection, value }) => {
      const directory = folders.changed({
        'arm/loadBalancers.json': (json) => {
          for (const each of json.value[0].properties[collection]) each.properties[field] = value;
        },
      });
      const { cluster, lines } = await audited(directory);
      expect(lines[0]).toMatch(
        new RegExp(
          `^arm/loadBalancers\\.json: value\\[0\\]\\.${collection}\\[0\\]\\.${field} is ${value}, not an integer`,
          'u',
        ),
      );
      expect(trafficSaid(cluster)).toEqual(nothing);
    },
  );

  test.each(['loadBalancingRules', 'backendAddressPools', 'probes'])(
    'null for %s: the list is unread, not empty',
    async (collection) => {
      const directory = folders.changed({
        'arm/loadBalancers.json': (json) => void (json.value[0].properties[collection] = null),
      });
      const { cluster, lines } = await audited(directory);
      expect(lines).toEqual([
        expect.stringContaining(
          `arm/loadBalancers.json: value[0].properties.${collection} is null, so the response is incomplete`,
        ),
      ]);
      expect(trafficSaid(cluster)).toEqual(nothing);
    },
  );

  test('a Service without spec makes the Services unread, not absent', async () => {
    const directory = folders.changed({
      'kubernetes/services.json': (json) => void delete service(json).spec,
    });
    const { lines, unread } = await audited(directory);
    expect(lines).toEqual([
      expect.stringMatching(
        /^kubernetes\/services\.json: items\[1\] has no spec, so the list is not whole/u,
      ),
    ]);
    expect(unread).toEqual(['services', 'clusterIpServices']);
  });

  test('a policy that is not known', async () => {
    const directory = folders.changed({
      'kubernetes/services.json': (json) =>
        void (service(json).spec.externalTrafficPolicy = 'Sideways'),
    });
    const { cluster, lines } = await audited(directory);
    expect(lines).toEqual([
      'kubernetes/services.json: items[1].spec.externalTrafficPolicy is "Sideways", not Local or Cluster; its traffic is not judged',
    ]);
    expect(trafficSaid(cluster)).toEqual(nothing);
  });

  test.each([
    {
      file: 'arm/loadBalancers.json',
      list: 'value',
      wrong: (json: Json) => void (json.properties.probes[0].properties.port = -1),
    },
    {
      file: 'arm/publicIPAddresses.json',
      list: 'value',
      wrong: (json: Json) => void (json.properties.ipAddress = null),
    },
    {
      file: 'kubernetes/nodes.json',
      list: 'items',
      wrong: (json: Json) => void (json.spec.providerID = 1),
    },
  ])('$file: a fault has the name of its object, wherever that stands', async (row) => {
    const { file, list, wrong } = row;
    const keysOf = async (at: number, reversed: boolean): Promise<unknown> => {
      const directory = folders.changed({
        [file]: (json) => {
          const [first] = json[list];
          json[list].push(
            JSON.parse(
              JSON.stringify(first).replaceAll(first.name ?? first.metadata.name, 'other'),
            ),
          );
          wrong(json[list].at(at));
          if (reversed) json[list] = json[list].toReversed();
        },
      });
      return (await audited(directory)).cluster.faultKeys;
    };
    const before = await keysOf(0, false);
    expect(before).toEqual([expect.any(String)]);
    expect(await keysOf(0, true)).toEqual(before);
    const another = await keysOf(-1, false);
    expect(another).toEqual([expect.any(String)]);
    expect(another).not.toEqual(before);
  });

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'label %s is a label like any other',
    async (key) => {
      const add = (json: Json): Json =>
        JSON.parse(
          JSON.stringify(json)
            .replaceAll('"labels":{', `"labels":{${JSON.stringify(key)}:"x",`)
            .replaceAll('"tags":{', `"tags":{${JSON.stringify(key)}:"x",`)
            .replaceAll('"nodeLabels":{', `"nodeLabels":{${JSON.stringify(key)}:"x",`),
        );
      const files = [
        'nodes',
        'services',
        'pods',
        'deployments',
        'daemonsets',
        'endpointslices',
        'namespaces',
      ];
      const well = await audited(folders.changed({}));
      const found = await audited(
        folders.changed({
          ...Object.fromEntries(files.map((name) => [`kubernetes/${name}.json`, add])),
          'arm/managedClusters.json': add,
          'arm/publicIPAddresses.json': add,
        }),
      );
      expect(found).toEqual(well);
      expect(Object.keys({})).toEqual([]);
      expect({}.constructor).toBe(Object);
    },
  );

  test('lone surrogates, bytes that are no UTF-8, and characters that rule terminals come out tame', async () => {
    const directory = folders.changed({
      'kubernetes/nodes.json': (json) =>
        void (json.items[4].spec.taints = [{ key: 'a', effect: '\u001B[31mred\u202E\n' }]),
      'kubernetes/services.json': (json) => {
        service(json).metadata.annotations = { 'service.beta.kubernetes.io/azure-x': '\uD800' };
      },
    });
    const { cluster, lines } = await audited(directory);
    expect(lines).toHaveLength(1);
    expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(renderText(report([cluster]), { width: 100, colour: false })).not.toMatch(
      /[\uD800\u202E]|\p{Cc}(?<!\n)/u,
    );
  });
});
