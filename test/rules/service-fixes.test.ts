import { expect, test } from '@jest/globals';
import type { Fix } from '../../shared/rules/index.ts';
import {
  allocateNodePorts,
  dropAddressPins,
  recreateService,
  dropSessionAffinity,
  hideUnreadyPods,
  makeInternal,
  moveServiceAnnotations,
  setSourceRanges,
  useIpv4,
} from '../../shared/fixes/service-spec-fixes.ts';
import { lookAtPods, removeServiceAnnotations } from '../../shared/fixes/service-fixes.ts';
import { spreadInTemplate, spreadOverZones } from '../../shared/fixes/workload-fixes.ts';
import { parse } from 'yaml';
import { azure, service, workload } from '../builders/index.ts';

const prefix = 'service.beta.kubernetes.io/';
const patch = 'kubectl -n shop patch service web --type merge -p';
const annotate = 'kubectl -n shop annotate service web';
const web = service();
const pinned = service({
  loadBalancerIp: '20.50.10.10',
  annotations: azure({ 'azure-pip-name': 'front', 'azure-load-balancer-ipv6': 'fd00::1' }),
});
const odd = service({ annotations: new Map([[`${prefix}azure-pip-nam`, `a b'$(id)`]]) });
const moves = [{ from: `${prefix}azure-pip-nam`, to: `${prefix}azure-pip-name` }];

test.each([
  [['10.0.0.0/8'], `${patch} '{"spec":{"loadBalancerSourceRanges":["10.0.0.0/8"]}}'`],
  [[], `${patch} '{"spec":{"loadBalancerSourceRanges":null}}'`],
])('source ranges %j', (ranges, text) => {
  expect(setSourceRanges(web, ranges)).toEqual({ tool: 'kubectl', text });
});

test.each<{ readonly fix: Fix; readonly commands: readonly string[] }>([
  { fix: dropSessionAffinity(web), commands: [`${patch} '{"spec":{"sessionAffinity":"None"}}'`] },
  {
    fix: hideUnreadyPods(web),
    commands: [`${patch} '{"spec":{"publishNotReadyAddresses":false}}'`],
  },
  {
    fix: allocateNodePorts(web),
    commands: [`${patch} '{"spec":{"allocateLoadBalancerNodePorts":true}}'`],
  },
  {
    fix: useIpv4(web),
    commands: [
      `${patch} '{"spec":{"ipFamilyPolicy":"PreferDualStack","ipFamilies":["IPv6","IPv4"]}}'`,
    ],
  },
  {
    fix: makeInternal(web),
    commands: [`${annotate} ${prefix}azure-load-balancer-internal=true --overwrite`],
  },
  {
    fix: dropAddressPins(pinned),
    commands: [
      `${annotate} ${prefix}azure-load-balancer-ipv6- ${prefix}azure-pip-name-`,
      `${patch} '{"spec":{"loadBalancerIP":null}}'`,
    ],
  },
  { fix: dropAddressPins(web), commands: [`${patch} '{"spec":{"loadBalancerIP":null}}'`] },
  {
    fix: recreateService(web),
    commands: ['kubectl -n shop delete service web && kubectl -n shop apply -f MANIFEST'],
  },
  {
    fix: removeServiceAnnotations(web, ['a', 'b'], 'T', ['p']),
    commands: [`${annotate} a- b-`],
  },
  {
    fix: moveServiceAnnotations(odd, moves, 'T', ['p']),
    commands: [
      String.raw`${annotate} '${prefix}azure-pip-name=a b'\''$(id)' ${prefix}azure-pip-nam- --overwrite`,
    ],
  },
  { fix: lookAtPods(web), commands: ['kubectl -n shop get pods -o wide -l app=web'] },
])('$fix.title: whole commands for this very Service', ({ fix, commands }) => {
  expect(fix.steps.map(({ text }) => text)).toEqual(commands);
  expect(fix.price).not.toEqual([]);
});

test('a spread over zones is one over nodes as well, and both are hard', () => {
  const [step] = spreadOverZones(workload(), new Map([['app', 'web']])).steps;
  const spread = JSON.parse(/ -p '(.*)'$/u.exec(step?.text ?? '')?.[1] ?? 'null') as unknown;
  const hard = {
    maxSkew: 1,
    whenUnsatisfiable: 'DoNotSchedule',
    labelSelector: { matchLabels: { app: 'web' } },
  };
  expect(spread).toMatchObject({
    spec: {
      template: {
        spec: {
          topologySpreadConstraints: [
            { topologyKey: 'topology.kubernetes.io/zone', ...hard },
            { topologyKey: 'kubernetes.io/hostname', ...hard },
          ],
        },
      },
    },
  });
});

test('what a template is to say is YAML, whatever the labels are', () => {
  const [step] = spreadInTemplate(new Map([['app', `x: "y"\n- z`]])).steps;
  expect(parse(step?.text ?? '')).toMatchObject({
    topologySpreadConstraints: [{ labelSelector: { matchLabels: { app: `x: "y"\n- z` } } }],
  });
});
