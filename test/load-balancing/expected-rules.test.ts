import { describe, expect, test } from '@jest/globals';
import {
  expectedRules,
  type ExpectedFamily,
  type ProbeSettings,
} from '../../shared/load-balancing/index.ts';
import type { LoadBalancerService, ServicePort } from '../../shared/model/index.ts';
import { port80, service, serviceKeyOfWeb as key } from '../builders/index.ts';

const prefix = 'service.beta.kubernetes.io/';
const standard: ProbeSettings = { sku: 'standard', shared: undefined };
const shared = { sku: 'standard', shared: { port: 10_256, path: '/healthz' } };

/** Service `shop/web` with Cluster and port 80; annotations without their prefix. */
function web(
  annotations: Readonly<Record<string, string>> = {},
  changes: Partial<LoadBalancerService> = {},
): LoadBalancerService {
  return service({
    externalTrafficPolicy: 'Cluster',
    annotations: new Map(
      Object.entries(annotations).map(([name, value]) => [prefix + name, value]),
    ),
    ...changes,
  });
}

function port(number: number, changes: Partial<ServicePort> = {}): ServicePort {
  return { ...port80, name: `p${number}`, port: number, nodePort: 30_000 + number, ...changes };
}

function family(of: LoadBalancerService, settings = standard, at = 0): ExpectedFamily {
  const { families, error } = expectedRules(of, settings);
  const found = families[at];
  if (found === undefined) throw new Error(error ?? 'no such family');
  return found;
}

describe('the probe of a port', () => {
  const local = { externalTrafficPolicy: 'Local' };
  const nodePort = { protocol: 'Tcp', port: 30_080, path: null, intervalSeconds: 5, threshold: 2 };

  test.each([
    { what: 'its node port', of: web(), probe: nodePort },
    {
      what: 'appProtocol http',
      of: web({}, { ports: [port(80, { appProtocol: 'HTTP' })] }),
      probe: { protocol: 'Http', path: '/' },
    },
    {
      what: 'appProtocol grpc',
      of: web({}, { ports: [port(80, { appProtocol: 'grpc' })] }),
      probe: { protocol: 'Tcp', path: null },
    },
    {
      what: 'an empty appProtocol',
      of: web(
        { 'azure-load-balancer-health-probe-protocol': 'http' },
        { ports: [port(80, { appProtocol: '' })] },
      ),
      probe: { protocol: 'Tcp' },
    },
    {
      what: 'appProtocol before the Service',
      of: web(
        { 'azure-load-balancer-health-probe-protocol': 'http' },
        { ports: [port(80, { appProtocol: 'https' })] },
      ),
      probe: { protocol: 'Https' },
    },
    {
      what: 'the port before appProtocol',
      of: web(
        { 'port_80_health-probe_protocol': ' tCp ' },
        { ports: [port(80, { appProtocol: 'https' })] },
      ),
      probe: { protocol: 'Tcp' },
    },
    {
      what: 'a path of the Service',
      of: web({
        'azure-load-balancer-health-probe-protocol': 'http',
        'azure-load-balancer-health-probe-request-path': '/up',
      }),
      probe: { path: '/up' },
    },
    {
      what: 'an empty path of the port',
      of: web({
        'azure-load-balancer-health-probe-protocol': 'http',
        'azure-load-balancer-health-probe-request-path': '/up',
        'port_80_health-probe_request-path': '',
      }),
      probe: { path: '' },
    },
    {
      what: 'a path without http',
      of: web({ 'port_80_health-probe_request-path': '/up' }),
      probe: { path: null },
    },
    {
      what: 'numbers with blanks',
      of: web({
        'azure-load-balancer-health-probe-interval': ' 10 ',
        'port_80_health-probe_num-of-probe': '+3',
      }),
      probe: { intervalSeconds: 10, threshold: 3 },
    },
    {
      what: 'numbers of another port',
      of: web({ 'port_81_health-probe_interval': 'x' }),
      probe: { intervalSeconds: 5 },
    },
    {
      what: 'just under two minutes',
      of: web({
        'azure-load-balancer-health-probe-interval': '59',
        'azure-load-balancer-health-probe-num-of-probe': '2',
      }),
      probe: { intervalSeconds: 59 },
    },
    {
      what: 'a port by name',
      of: web({ 'port_80_health-probe_port': 'P81' }, { ports: [port(80), port(81)] }),
      probe: { port: 30_081 },
    },
    {
      what: 'a Service port by number',
      of: web({ 'port_80_health-probe_port': '81' }, { ports: [port(80), port(81)] }),
      probe: { port: 30_081 },
    },
    { what: 'any number', of: web({ 'port_80_health-probe_port': '9000' }), probe: { port: 9000 } },
    {
      what: 'a name that is a number',
      of: web({ 'port_80_health-probe_port': '9000' }, { ports: [port(80, { name: '9000' })] }),
      probe: { port: 9000 },
    },
    { what: 'port 0', of: web({ 'port_80_health-probe_port': '0' }), probe: { port: 0 } },
    {
      what: 'no node port',
      of: web({}, { ports: [{ name: 'http', protocol: 'TCP', port: 80 }] }),
      probe: { port: 0 },
    },
    {
      what: 'Local',
      of: web({ 'port_80_health-probe_interval': '30' }, local),
      probe: {
        name: `${key}-TCP-31000`,
        protocol: 'Http',
        port: 31_000,
        path: '/healthz',
        intervalSeconds: 5,
      },
    },
    {
      what: 'Local, numbers of its own port',
      of: web({ 'port_31000_health-probe_interval': '30' }, local),
      probe: { port: 31_000, intervalSeconds: 30 },
    },
    {
      what: 'Local, another probe port',
      of: web({ 'port_80_health-probe_port': '10256' }, local),
      probe: { name: `${key}-TCP-80`, protocol: 'Tcp', port: 10_256 },
    },
    {
      what: 'Local, proxy protocol',
      of: web({ 'azure-pls-create': 'true', 'azure-pls-proxy-protocol': 'TRUE' }, local),
      probe: { port: 30_080 },
    },
    {
      what: 'Local, proxy protocol without a link',
      of: web({ 'azure-pls-proxy-protocol': 'true' }, local),
      probe: { port: 31_000 },
    },
    {
      what: 'Local over UDP',
      of: web({}, { ...local, ports: [port(53, { protocol: 'UDP' })] }),
      probe: { port: 31_000 },
    },
  ])('$what: $probe', ({ of, probe }) => {
    const { probes, rules } = family(of);
    expect(probes[0]).toMatchObject(probe);
    expect(rules[0]?.probe).toBe(probes[0]?.name);
  });

  test.each([
    { what: 'UDP', of: web({}, { ports: [port(53, { protocol: 'UDP' })] }) },
    { what: 'an annotation of the port', of: web({ port_80_no_probe_rule: 'True' }) },
    {
      what: 'an annotation of the port under Local',
      of: web({ port_80_no_probe_rule: 'true' }, local),
    },
  ])('$what: a rule without one', ({ of }) => {
    expect(family(of).probes).toEqual([]);
    expect(family(of).rules).toMatchObject([{ probe: null }]);
  });

  test.each([
    { what: 'a boolean with a blank', annotations: { port_80_no_probe_rule: 'true ' } },
    { what: 'yes', annotations: { port_80_no_probe_rule: 'yes' } },
  ])('$what is not true', ({ annotations }) => {
    expect(family(web(annotations)).probes).toHaveLength(1);
  });

  test('Https needs Standard', () => {
    const of = web({ 'azure-load-balancer-health-probe-protocol': 'https' });
    expect(family(of, { ...standard, sku: 'basic' }).probes).toMatchObject([{ protocol: 'Tcp' }]);
  });

  test('one probe for all of a cluster whose ports share it; Local keeps its own', () => {
    const ports = [port(80), port(53, { protocol: 'UDP' }), port(81)];
    const annotations = { 'port_80_health-probe_port': '9000', port_81_no_probe_rule: 'true' };
    const name = 'cluster-service-shared-health-probe';
    expect(family(web(annotations, { ports }), shared)).toMatchObject({
      probes: [
        {
          name,
          protocol: 'Http',
          port: 10_256,
          path: '/healthz',
          intervalSeconds: 5,
          threshold: 2,
        },
      ],
      rules: [{ probe: name }, { probe: name }, { probe: null }],
    });
    expect(family(web({}, local), shared).probes).toMatchObject([{ port: 31_000 }]);
  });
});

describe('a Service that the provider refuses', () => {
  test.each([
    {
      annotations: { 'port_80_health-probe_interval': '4' },
      error: 'the minimum value of health-probe_interval is 5',
    },
    {
      annotations: { 'port_80_health-probe_num-of-probe': '1' },
      error: 'the minimum value of health-probe_num-of-probe is 2',
    },
    {
      annotations: { 'azure-load-balancer-health-probe-interval': '5s' },
      error: 'must be a whole number',
    },
    { annotations: { 'port_80_health-probe_interval': '' }, error: 'must be a whole number' },
    {
      annotations: { 'port_80_health-probe_interval': '99999999999' },
      error: 'must be a whole number',
    },
    {
      annotations: { 'azure-load-balancer-health-probe-interval': '60' },
      error: 'total probe should be less than 120',
    },
    {
      annotations: { 'port_80_health-probe_port': 'nope' },
      error: 'port nope not found in service',
    },
    { annotations: { 'port_80_health-probe_port': '65536' }, error: 'port 65536 is out of range' },
    { annotations: { 'port_80_health-probe_port': '-1' }, error: 'port -1 is out of range' },
    { annotations: { 'port_80_health-probe_port': ' 80' }, error: 'port  80 not found in service' },
    { annotations: { 'port_80_health-probe_port': '' }, error: 'port  not found in service' },
    { annotations: { 'azure-load-balancer-tcp-idle-timeout': '3' }, error: 'between 4 and 100' },
    { annotations: { 'azure-load-balancer-tcp-idle-timeout': '101' }, error: 'between 4 and 100' },
    { annotations: { 'azure-load-balancer-tcp-idle-timeout': '4.5' }, error: 'between 4 and 100' },
  ])('$annotations: $error', ({ annotations, error }) => {
    const answer = expectedRules(web(annotations), standard);
    expect(answer.families).toEqual([]);
    expect(answer.error).toContain(error);
  });

  test('SCTP outside of an internal Standard load balancer', () => {
    const ports = [port(80, { protocol: 'SCTP' })];
    const internal = { 'azure-load-balancer-internal': 'true' };
    expect(expectedRules(web({}, { ports }), standard).error).toContain('SCTP is only supported');
    expect(expectedRules(web(internal, { ports }), { ...standard, sku: 'basic' }).error).toContain(
      'SCTP',
    );
    expect(family(web(internal, { ports })).rules).toMatchObject([
      { name: `${key}-SCTP-80`, protocol: 'All', frontendPort: 80, tcpReset: null, probe: null },
    ]);
  });

  test('the numbers of the health check port under Local', () => {
    const of = web({ 'port_31000_health-probe_interval': '1' }, { externalTrafficPolicy: 'Local' });
    expect(expectedRules(of, standard).error).toContain('minimum value');
  });

  test('but not for a port that has no rule', () => {
    const of = web(
      { port_81_no_lb_rule: 'true', 'port_81_health-probe_interval': '1' },
      { ports: [port(80), port(81)] },
    );
    expect(family(of).rules.map((rule) => rule.frontendPort)).toEqual([80]);
  });
});

describe('rules', () => {
  test.each([
    {
      what: 'as they are by default',
      annotations: {},
      changes: {},
      rule: {
        protocol: 'Tcp',
        frontendPort: 80,
        backendPort: 80,
        floatingIp: true,
        tcpReset: true,
        idleMinutes: 4,
        distribution: 'Default',
      },
    },
    {
      what: 'idle for long',
      annotations: { 'azure-load-balancer-tcp-idle-timeout': ' 100 ' },
      changes: {},
      rule: { idleMinutes: 100 },
    },
    {
      what: 'by client',
      annotations: {},
      changes: { sessionAffinity: 'ClientIP' },
      rule: { distribution: 'SourceIP' },
    },
    {
      what: 'without floating IP',
      annotations: { 'azure-disable-load-balancer-floating-ip': 'true' },
      changes: {},
      rule: { floatingIp: false, backendPort: 30_080 },
    },
    {
      what: 'without reset',
      annotations: { 'azure-load-balancer-disable-tcp-reset': 'TRUE' },
      changes: {},
      rule: { tcpReset: false },
    },
    {
      what: 'over UDP',
      annotations: {},
      changes: { ports: [port(53, { protocol: 'UDP' })] },
      rule: { protocol: 'Udp', tcpReset: null },
    },
    {
      what: 'internal, in a subnet',
      annotations: {
        'azure-load-balancer-internal': 'true',
        'azure-load-balancer-internal-subnet': 'apps',
      },
      changes: {},
      rule: { name: `${key}-apps-TCP-80`, floatingIp: true },
    },
    {
      what: 'a subnet without internal',
      annotations: { 'azure-load-balancer-internal-subnet': 'apps' },
      changes: {},
      rule: { name: `${key}-TCP-80` },
    },
    {
      what: 'True is not internal by name',
      annotations: {
        'azure-load-balancer-internal': 'True',
        'azure-load-balancer-internal-subnet': 'apps',
      },
      changes: {},
      rule: { name: `${key}-TCP-80` },
    },
    {
      what: 'internal IPv6',
      annotations: { 'azure-load-balancer-internal': 'true' },
      changes: { ipFamilies: ['IPv6' as const] },
      rule: { name: `${key}-TCP-80`, floatingIp: false, backendPort: 30_080 },
    },
    {
      what: 'internal IPv6, spelt True',
      annotations: { 'azure-load-balancer-internal': 'True' },
      changes: { ipFamilies: ['IPv6' as const] },
      rule: { floatingIp: false, backendPort: 30_080 },
    },
    {
      what: 'external IPv6',
      annotations: {},
      changes: { ipFamilies: ['IPv6' as const] },
      rule: { floatingIp: true, backendPort: 80 },
    },
  ])('$what: $rule', ({ annotations, changes, rule }) => {
    expect(family(web(annotations, changes)).rules).toMatchObject([rule]);
  });

  test('Basic sets no reset', () => {
    expect(family(web(), { ...standard, sku: 'Basic' }).rules).toMatchObject([{ tcpReset: null }]);
  });

  test('both families of a dual-stack Service, told apart by the suffix', () => {
    const of = web({}, { ipFamilies: ['IPv6', 'IPv4'] });
    const { families } = expectedRules(of, standard);
    expect(
      families.map((each) => [each.family, each.rules[0]?.name, each.probes[0]?.name]),
    ).toEqual([
      ['IPv6', `${key}-TCP-80-IPv6`, `${key}-TCP-80-IPv6`],
      ['IPv4', `${key}-TCP-80`, `${key}-TCP-80`],
    ]);
  });
});

describe('one rule for all ports', () => {
  const ha = {
    'azure-load-balancer-internal': 'true',
    'azure-load-balancer-enable-high-availability-ports': 'true',
  };
  const ports = [port(53, { protocol: 'UDP' }), port(80), port(81)];
  const rule = {
    name: `${key}-UDP-53`,
    protocol: 'All',
    frontendPort: 0,
    backendPort: 0,
    floatingIp: true,
    tcpReset: true,
  };

  test('is named after the first port, and so is the probe of the first port that has one', () => {
    expect(family(web(ha, { ports }))).toMatchObject({
      rules: [{ ...rule, probe: `${key}-UDP-53` }],
      probes: [{ name: `${key}-UDP-53`, port: 30_080 }],
    });
  });

  test.each([
    {
      what: 'a port with a fault is passed over',
      annotations: { 'port_80_health-probe_port': 'x' },
      probe: 30_081,
    },
    {
      what: 'a port without a rule counts',
      annotations: { port_80_no_lb_rule: 'true' },
      probe: 30_080,
    },
    {
      what: 'a port without a probe counts',
      annotations: { port_80_no_probe_rule: 'true' },
      probe: 30_080,
    },
  ])('$what', ({ annotations, probe }) => {
    expect(family(web({ ...ha, ...annotations }, { ports })).probes).toMatchObject([
      { port: probe },
    ]);
  });

  test('under Local the health check port serves, whatever the ports say', () => {
    const of = web(
      { ...ha, 'port_80_health-probe_port': '9000' },
      { ports, externalTrafficPolicy: 'Local' },
    );
    expect(family(of)).toMatchObject({
      rules: [{ ...rule, probe: `${key}-TCP-31000` }],
      probes: [{ port: 31_000, path: '/healthz' }],
    });
  });

  test('the floating IP annotation does not count, SCTP is no fault', () => {
    const of = web(
      { ...ha, 'azure-disable-load-balancer-floating-ip': 'true' },
      { ports: [port(80, { protocol: 'SCTP' })] },
    );
    expect(family(of)).toMatchObject({ rules: [{ floatingIp: true, probe: null }], probes: [] });
  });

  test.each([
    {
      what: 'external',
      annotations: { 'azure-load-balancer-enable-high-availability-ports': 'true' },
      sku: 'standard',
    },
    { what: 'Basic', annotations: ha, sku: 'basic' },
  ])('$what: the annotation is ignored', ({ annotations, sku }) => {
    expect(family(web(annotations, { ports }), { ...standard, sku }).rules).toHaveLength(3);
  });
});
