import { probeDisagrees } from '../../../shared/rules/traffic/probe-disagrees.ts';
import { read, unread } from '../../../shared/model/index.ts';
import {
  backendHealth,
  bothPorts,
  endpoint,
  loadBalancer,
  metrics,
  nicMember,
  node,
  port443,
  port80,
  ruleHealth,
  service,
  slice,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const nodes = ['system-0', 'user-0', 'user-1'].map((name) => node(name));
const [system = node('system-0'), first = node('user-0'), second = node('user-1')] = nodes;
const badStatus = 'Down_Probe_HttpStatusCodeError';

/** Local: of the three backends the two with a pod are expected to be up. */
function seen(...reasons: readonly [string, string, string]): SnapshotChanges {
  const backends = nodes.map((each, at) => backendHealth(each, reasons[at]));
  return { nodes, backendHealth: [ruleHealth(backends)] };
}
const up = 'Up_Probe_Success';
const asExpected = seen(badStatus, up, up);
const info = { subject: 'Service shop/web', severity: 'info' } as const;
const high = { subject: 'Service shop/web', severity: 'high' } as const;

function probed(percents: Readonly<Record<string, number>>) {
  return metrics({
    probes: read(
      Object.entries(percents).map(([backendIp, percent]) => ({
        address: '20.50.10.10',
        port: 80,
        backendIp,
        percent,
      })),
    ),
  });
}
const ipOf = ({ internalIps: [ip = ''] }: { readonly internalIps: readonly string[] }) => ip;

describeRule(probeDisagrees, {
  fires: [
    {
      name: 'a backend with a pod is down by an HTTP status, seen for the first time',
      given: seen(badStatus, badStatus, up),
      finds: [
        {
          ...info,
          causes: ['down-probe-http-status-code-error'],
          evidence: {
            confirmedByMetric: false,
            ports: [{ port: 80, observedUp: 1, predictedUp: 2, backends: 3 }],
            backends: [{ node: 'user-0', up: false, reason: badStatus }],
          },
        },
      ],
    },
    {
      name: 'a backend without a pod is up',
      given: seen(up, up, up),
      finds: [{ ...info, causes: ['up-probe-success'] }],
    },
    {
      name: 'the probe metric of the last hour says the same',
      given: {
        ...seen(badStatus, 'Down_Probe_TcpProbeTimeout', up),
        loadBalancerMetrics: [probed({ [ipOf(first)]: 0, [ipOf(second)]: 100 })],
      },
      finds: [{ ...high, causes: ['down-probe-tcp-probe-timeout'] }],
    },
  ],
  quiet: [
    { name: 'Azure sees what is expected', given: asExpected },
    { name: 'Azure was not asked', given: { nodes } },
    {
      name: 'Azure has no state for the backend yet',
      given: {
        nodes,
        backendHealth: [
          ruleHealth([
            backendHealth(system, badStatus),
            { ip: ipOf(first), reason: 'NA' },
            backendHealth(second),
          ]),
        ],
      },
    },
  ],
  boundary: [
    {
      name: 'the metric is at 1 %: down in the last hour',
      given: {
        ...seen(badStatus, badStatus, up),
        loadBalancerMetrics: [probed({ [ipOf(first)]: 1 })],
      },
      finds: [{ ...high, causes: ['down-probe-http-status-code-error'] }],
    },
    {
      name: 'the metric is at 2 %: it changed in the last hour',
      given: {
        ...seen(badStatus, badStatus, up),
        loadBalancerMetrics: [probed({ [ipOf(first)]: 2 })],
      },
      finds: [{ ...info, causes: ['down-probe-http-status-code-error'] }],
    },
    {
      name: 'two ports with one probe and one pool share the answer for one of them',
      given: {
        ...seen(badStatus, badStatus, up),
        loadBalancers: [
          loadBalancer({ members: nodes.map(nicMember), ports: [{ port: 80 }, { port: 443 }] }),
        ],
        services: [service({ ports: [port80, port443] })],
        endpointSlices: [
          slice([endpoint('web-a', 'user-0'), endpoint('web-b', 'user-1')], { ports: bothPorts }),
        ],
      },
      finds: [
        {
          ...info,
          causes: ['down-probe-http-status-code-error'],
          evidence: { ports: [{ port: 80 }, { port: 443 }] },
        },
      ],
    },
  ],
  unknown: [
    {
      name: 'the answer is about machines that no pool has',
      given: {
        nodes,
        backendHealth: [ruleHealth([{ ip: '10.9.9.9', up: false, reason: badStatus }])],
      },
      why: 'shop/web: not verified: Azure has no state for any backend of the rule',
    },
    {
      name: 'Azure does not answer for the rule',
      given: { nodes, backendHealth: [ruleHealth(unread('health of rule x: 404'))] },
      why: 'shop/web: not verified: health of rule x: 404',
    },
    {
      name: 'there is no right to ask',
      given: { nodes, backendHealth: unread('health of rule x: 403', 'forbidden') },
      why: 'shop/web: not verified: health of rule x: 403',
    },
  ],
});
