import { describe, expect, test } from '@jest/globals';
import {
  chooseConfiguration,
  configurationsInUse,
  eligibleConfigurations,
  placeService,
  type PlacementInputs,
} from '../../shared/load-balancing/index.ts';
import {
  armId,
  read,
  unread,
  type LoadBalancer,
  type LoadBalancerConfiguration,
  type LoadBalancerService,
  type PublicIpAddress,
} from '../../shared/model/index.ts';
import {
  childId,
  labelSelector,
  loadBalancer,
  nodeGroup,
  service,
  serviceKeyOfWeb,
} from '../builders/index.ts';

const prefix = 'service.beta.kubernetes.io/';

function config(
  name: string,
  changes: Partial<LoadBalancerConfiguration> = {},
): LoadBalancerConfiguration {
  return { name, allowServicePlacement: true, primaryNodePool: name, ...changes };
}

/** Service `shop/web`, label app=web, in a Namespace with tier=gold; annotations without their prefix. */
function inputs(
  changes: Partial<Omit<PlacementInputs, 'service'>> & {
    readonly annotations?: Readonly<Record<string, string>>;
    readonly service?: Partial<LoadBalancerService>;
  } = {},
): PlacementInputs {
  const { annotations = {}, service: ofService, ...rest } = changes;
  return {
    service: service({
      labels: new Map([['app', 'web']]),
      annotations: new Map(
        Object.entries(annotations).map(([name, value]) => [prefix + name, value]),
      ),
      ...ofService,
    }),
    configurations: [config('one'), config('two')],
    namespaceLabels: new Map([['tier', 'gold']]),
    activeOn: [],
    loadBalancers: [],
    publicIps: read([]),
    resourceGroup: nodeGroup,
    clusterName: 'kubernetes',
    ...rest,
  };
}

/** A load balancer with so many rules of others and, if wanted, a frontend. */
function existing(
  name: string,
  rules: number,
  frontend: Partial<LoadBalancer['frontends'][number]> = {},
): LoadBalancer {
  const ports = Array.from({ length: rules }, (_, at) => ({ port: at + 1 }));
  const whole = {
    id: childId(name, 'frontendIPConfigurations', 'f'),
    name: 'f',
    hasOutboundRules: false,
    ...frontend,
  };
  return loadBalancer({ name, ports, key: `a${'0'.repeat(31)}`, frontends: [whole] });
}

/** A label selector with one expression that may have a fault. */
function bad(operator: string): Pick<LoadBalancerConfiguration, 'serviceLabelSelector'> {
  const matchExpressions = [{ key: 'x', operator, values: [] }];
  return { serviceLabelSelector: { matchLabels: new Map(), matchExpressions } };
}

describe('the configurations that may hold a Service', () => {
  const gold = { serviceNamespaceSelector: labelSelector({ tier: 'gold' }) };
  const silver = { serviceNamespaceSelector: labelSelector({ tier: 'silver' }) };
  const web = { serviceLabelSelector: labelSelector({ app: 'web' }) };
  const api = { serviceLabelSelector: labelSelector({ app: 'api' }) };
  const closed = { allowServicePlacement: false };
  const everything = labelSelector({});

  test.each([
    { what: 'all of them', configurations: [config('b'), config('a')], names: ['b', 'a'] },
    {
      what: 'those that are open',
      configurations: [config('a', closed), config('b')],
      names: ['b'],
    },
    {
      what: 'closed ones that it is on',
      configurations: [config('A', closed), config('b', closed)],
      activeOn: ['a'],
      names: ['A'],
    },
    {
      what: 'a label match keeps plain ones out',
      configurations: [config('a'), config('b', web)],
      names: ['b'],
    },
    {
      what: 'a namespace match keeps plain ones out',
      configurations: [config('a', gold), config('b')],
      names: ['a'],
    },
    {
      what: 'an empty selector is a match',
      configurations: [config('a'), config('b', { serviceLabelSelector: everything })],
      names: ['b'],
    },
    {
      what: 'both selectors must match',
      configurations: [config('a', { ...web, ...silver }), config('b')],
      names: ['b'],
    },
    {
      what: 'without a match plain ones are left',
      configurations: [config('a', api), config('b', silver), config('c')],
      names: ['c'],
    },
    {
      what: 'a selector evicts one that is there',
      configurations: [config('a', api), config('b')],
      activeOn: ['a'],
      names: ['b'],
    },
  ])('$what: $names', ({ configurations, activeOn, names }) => {
    const given = inputs({ configurations, ...(activeOn !== undefined && { activeOn }) });
    expect(eligibleConfigurations(given)).toEqual({ kind: 'eligible', names });
  });

  test.each([
    { value: ' TWO , three', names: ['two'] },
    { value: 'two,one', names: ['one', 'two'] },
    { value: 'two', key: 'AZURE-load-balancer-configurations', names: ['two'] },
  ])(
    'annotation "$value": $names',
    ({ value, key = 'azure-load-balancer-configurations', names }) => {
      expect(eligibleConfigurations(inputs({ annotations: { [key]: value } }))).toEqual({
        kind: 'eligible',
        names,
      });
    },
  );

  test.each([
    { value: 'three', count: 1 },
    { value: '', count: 1 },
    { value: 'three,,four', count: 3 },
  ])('annotation "$value" names none', ({ value, count }) => {
    const annotations = { 'azure-load-balancer-configurations': value };
    expect(eligibleConfigurations(inputs({ annotations }))).toEqual({
      kind: 'error',
      cause: 'no-known-name',
      refused: [],
      error: `service "web" selects ${count} load balancers by annotation, but none of them is defined in cloud provider configuration`,
    });
  });

  test('when none is left, the error counts and names them, the last one first', () => {
    const configurations = [
      config('a', api),
      config('b', silver),
      config('c', closed),
      config('d', silver),
    ];
    expect(eligibleConfigurations(inputs({ configurations }))).toEqual({
      kind: 'error',
      cause: 'all-refuse',
      refused: [
        { name: 'a', by: 'labels' },
        { name: 'b', by: 'namespace' },
        { name: 'c', by: 'placement' },
        { name: 'd', by: 'namespace' },
      ],
      error:
        'service "shop/web" selects 4 load balancers (a, b, c, d), but 1 of them (c) have AllowServicePlacement set to false and the service is not using any of them, 1 of them (a) do not match the service label selector, and 2 of them (d, b) do not match the service namespace selector',
    });
  });

  test('a selector that nobody can use is an error, the last one first', () => {
    const configurations = [
      config('a', bad('Odd')),
      config('b', bad('In')),
      config('c', { ...bad('Even'), ...closed }),
    ];
    expect(eligibleConfigurations(inputs({ configurations }))).toMatchObject({
      kind: 'error',
      cause: 'bad-selector',
      error: expect.stringContaining("values set can't be empty"),
    });
  });

  test('a Namespace that was not read is unknown only where a selector asks for it', () => {
    const blind = { namespaceLabels: undefined };
    expect(eligibleConfigurations(inputs({ ...blind })).kind).toBe('eligible');
    const asked = [config('a'), config('b', gold)];
    expect(eligibleConfigurations(inputs({ ...blind, configurations: asked })).kind).toBe(
      'unknown',
    );
    const narrowed = [config('a'), config('b', { ...gold, ...api })];
    expect(eligibleConfigurations(inputs({ ...blind, configurations: narrowed }))).toMatchObject({
      names: ['a'],
    });
  });
});

function choose(
  loadBalancers: readonly LoadBalancer[],
  current?: string,
  internal = false,
): string | undefined {
  const eligible = ['one', 'two', 'three'];
  return chooseConfiguration({ current, eligible, internal }, loadBalancers);
}

describe('the choice among them', () => {
  test.each([
    { what: 'the current one', loadBalancers: [existing('one', 0)], current: 'TWO', name: 'two' },
    {
      what: 'not a current one that is not eligible',
      loadBalancers: [],
      current: 'four',
      name: 'one',
    },
    {
      what: 'one that exists without rules',
      loadBalancers: [existing('one', 1), existing('three', 0)],
      name: 'three',
    },
    { what: 'the first that does not exist', loadBalancers: [existing('one', 1)], name: 'two' },
    {
      what: 'the fewest rules',
      loadBalancers: [existing('one', 3), existing('Two', 1), existing('three', 2)],
      name: 'two',
    },
    {
      what: 'the first of equals in Azure',
      loadBalancers: [existing('three', 1), existing('two', 1), existing('one', 1)],
      name: 'three',
    },
    {
      what: 'the other side does not count',
      loadBalancers: [existing('one-internal', 0), existing('two', 1)],
      name: 'one',
    },
    {
      what: 'one at the limit',
      loadBalancers: [existing('one', 301), existing('two', 300), existing('three', 301)],
      name: 'two',
    },
    {
      what: 'none when all are over it',
      loadBalancers: [existing('one', 301), existing('two', 301), existing('three', 301)],
      name: undefined,
    },
  ])('$what: $name', ({ loadBalancers, current, name }) => {
    expect(choose(loadBalancers, current)).toBe(name);
  });

  test('internal load balancers are counted by themselves', () => {
    const loadBalancers = [
      existing('one', 0),
      existing('one-internal', 2),
      existing('two-INTERNAL', 1),
      existing('three-internal', 2),
    ];
    expect(choose(loadBalancers, undefined, true)).toBe('two');
  });
});

function publicIp(changes: Partial<PublicIpAddress> = {}): PublicIpAddress {
  return {
    ...unattached,
    ipConfigurationId: childId('two', 'frontendIPConfigurations', 'f'),
    ...changes,
  };
}

const unattached: PublicIpAddress = {
  id: armId('/x/publicIPAddresses/pip'),
  name: 'pip',
  resourceGroup: nodeGroup.toLowerCase(),
  address: '20.50.10.10',
  tags: new Map(),
};

describe('where a Service goes', () => {
  const internal = { 'azure-load-balancer-internal': 'true' };

  test('its own frontend on the same side is where it is', () => {
    const own = existing('two', 5, { name: `${serviceKeyOfWeb}-apps` });
    expect(placeService(inputs({ loadBalancers: [own], activeOn: ['one'] }))).toEqual({
      kind: 'placed',
      loadBalancer: 'two',
      configuration: 'two',
      eligible: ['one', 'two'],
    });
    expect(
      placeService(inputs({ loadBalancers: [own], activeOn: ['one'], annotations: internal })),
    ).toMatchObject({
      loadBalancer: 'one-internal',
    });
  });

  test('an annotation goes before its own frontend, not before where it is active', () => {
    const own = existing('two', 5, { name: serviceKeyOfWeb });
    const annotations = { 'azure-load-balancer-configurations': 'one,two' };
    expect(placeService(inputs({ loadBalancers: [own], annotations }))).toMatchObject({
      configuration: 'one',
    });
    expect(
      placeService(inputs({ loadBalancers: [own], annotations, activeOn: ['two'] })),
    ).toMatchObject({ configuration: 'two' });
  });

  test('the rules that it has tell where it is active', () => {
    const own = loadBalancer({ name: 'Two-internal' });
    expect(configurationsInUse([own, existing('one', 3)], service())).toEqual(['Two']);
  });

  test('no eligible load balancer has room', () => {
    const full = [existing('one', 301), existing('two', 301)];
    expect(placeService(inputs({ loadBalancers: full }))).toEqual({
      kind: 'none',
      eligible: ['one', 'two'],
    });
  });

  const byIp = { 'azure-load-balancer-ipv4': '20.50.10.10' };

  test.each([
    {
      what: 'by annotation',
      annotations: byIp,
      ofService: {},
      publicIps: [publicIp()],
      configuration: 'two',
    },
    {
      what: 'by spec',
      annotations: {},
      ofService: { loadBalancerIp: '20.50.10.10' },
      publicIps: [publicIp()],
      configuration: 'two',
    },
    {
      what: 'the annotation goes before the spec',
      annotations: byIp,
      ofService: { loadBalancerIp: '20.50.10.99' },
      publicIps: [publicIp()],
      configuration: 'two',
    },
    {
      what: 'by IPv6',
      annotations: { 'azure-load-balancer-ipv6': '2603:1030::1' },
      ofService: {},
      publicIps: [publicIp({ address: '2603:1030::1' })],
      configuration: 'two',
    },
    {
      what: 'by name',
      annotations: { 'azure-pip-name': 'PIP' },
      ofService: {},
      publicIps: [publicIp()],
      configuration: 'two',
    },
    {
      what: 'by the IPv6 name of a dual-stack Service',
      annotations: { 'azure-pip-name-ipv6': 'pip' },
      ofService: { ipFamilies: ['IPv4' as const, 'IPv6' as const] },
      publicIps: [publicIp()],
      configuration: 'two',
    },
    {
      what: 'by the IPv6 name of an IPv6 Service, before the plain one',
      annotations: { 'azure-pip-name': 'pip', 'azure-pip-name-ipv6': 'v6' },
      ofService: { ipFamilies: ['IPv6' as const] },
      publicIps: [unattached, publicIp({ name: 'v6', id: armId('v6') })],
      configuration: 'two',
    },
    {
      what: 'the IPv6 name does not count for IPv4',
      annotations: { 'azure-pip-name-ipv6': 'gone' },
      ofService: {},
      publicIps: [],
      configuration: 'one',
    },
    {
      what: 'an address that is not in use leaves the choice open',
      annotations: byIp,
      ofService: {},
      publicIps: [unattached],
      configuration: 'one',
    },
    {
      what: 'an address of another cluster too',
      annotations: byIp,
      ofService: {},
      publicIps: [publicIp({ tags: new Map([['k8s-azure-cluster-name', 'other']]) })],
      configuration: 'one',
    },
    {
      what: 'an address of this cluster by its tag',
      annotations: byIp,
      ofService: {},
      publicIps: [publicIp({ tags: new Map([['k8s-azure-cluster-name', 'Kubernetes']]) })],
      configuration: 'two',
    },
    {
      what: 'an address on something else',
      annotations: byIp,
      ofService: {},
      publicIps: [publicIp({ ipConfigurationId: armId('/x/microsoft.network/natgateways/n/y') })],
      configuration: 'one',
    },
  ])('$what: $configuration', ({ annotations, ofService, publicIps, configuration }) => {
    const given = inputs({ annotations, service: ofService, publicIps: read(publicIps) });
    expect(placeService(given)).toMatchObject({
      kind: 'placed',
      configuration,
    });
  });

  test.each([
    {
      what: 'an address of a network',
      ip: '10.0.0.5',
      says: 'external Service "shop/web" cannot use non-public LoadBalancer IP "10.0.0.5"; use an internal LoadBalancer annotation or a valid Azure Public IP address',
    },
    {
      what: 'no address',
      ip: 'soon',
      says: 'external Service "shop/web" has invalid LoadBalancer IP "soon"',
    },
    {
      what: 'an address that is not there',
      ip: '20.50.10.11',
      says: `findMatchedPIPByLoadBalancerIP: cannot find public IP with IP address 20.50.10.11 in resource group ${nodeGroup}: getExpectedPIPFromListByIPAddress: cannot find public IP with IP address 20.50.10.11`,
    },
  ])('$what is an error', ({ ip, says }) => {
    const given = inputs({
      annotations: { 'azure-load-balancer-ipv4': ip },
      publicIps: read([publicIp()]),
    });
    expect(placeService(given)).toEqual({
      kind: 'error',
      cause: 'address-unusable',
      error: `look up load balancer by public IP for service "web": find public IP by address "${ip}": ${says}`,
    });
  });

  test('a name that is not there is an error', () => {
    const given = inputs({ annotations: { 'azure-pip-name': 'gone' } });
    expect(placeService(given)).toMatchObject({
      error: `look up load balancer by public IP for service "web": find public IP by name "gone": findMatchedPIPByName: failed to find PIP gone in resource group ${nodeGroup}`,
    });
  });

  test('addresses that were not read leave it unknown, only where one is asked for', () => {
    const blind = { publicIps: unread('403') };
    expect(placeService(inputs({ ...blind, annotations: byIp }))).toEqual({
      kind: 'unknown',
      why: 'publicIpAddresses: 403',
      slices: ['publicIpAddresses'],
    });
    expect(placeService(inputs(blind)).kind).toBe('placed');
    const elsewhere = { ...byIp, 'azure-load-balancer-resource-group': ' other ' };
    expect(placeService(inputs({ annotations: elsewhere, publicIps: read([publicIp()]) }))).toEqual(
      {
        kind: 'unknown',
        why: 'the addresses of resource group other were not read',
      },
    );
  });

  test('an address on a load balancer that may not hold the Service is an error', () => {
    const configurations = [
      config('one'),
      config('two', { allowServicePlacement: false }),
      config('three'),
    ];
    const given = inputs({ configurations, annotations: byIp, publicIps: read([publicIp()]) });
    expect(placeService(given)).toEqual({
      kind: 'error',
      cause: 'address-elsewhere',
      error:
        'service "web" specifies an IP that resides on load balancer "two", which is not in the eligible set [one three]; check or adjust the load balancer eligibility configuration (ServiceLabelSelector, ServiceNamespaceSelector, or AllowServicePlacement)',
    });
  });

  test('an address and names of configurations do not go together, except while cleaning up', () => {
    const annotations = { ...byIp, 'azure-load-balancer-configurations': 'one' };
    const given = inputs({ annotations });
    expect(placeService(given)).toMatchObject({
      kind: 'error',
      cause: 'address-and-names',
      error: expect.stringMatching(/^service "web" has conflicting load balancer configuration: /u),
    });
    expect(placeService(given, false, false)).toMatchObject({
      kind: 'placed',
      configuration: 'one',
    });
  });

  test('a private address decides among the internal load balancers', () => {
    const loadBalancers = [
      existing('two', 1, { privateIp: '10.0.0.5' }),
      existing('two-internal', 9, { privateIp: '10.0.0.5' }),
    ];
    const annotations = { ...internal, 'azure-load-balancer-ipv4': '10.0.0.5' };
    expect(placeService(inputs({ loadBalancers, annotations }))).toMatchObject({
      loadBalancer: 'two-internal',
    });
    const absent = { ...internal, 'azure-load-balancer-ipv4': '10.0.0.6' };
    expect(
      placeService(inputs({ loadBalancers, annotations: absent, activeOn: ['two'] })),
    ).toMatchObject({ loadBalancer: 'one-internal' });
  });

  test('internal spelt in other letters is not internal', () => {
    const annotations = { 'azure-load-balancer-internal': 'True' };
    expect(placeService(inputs({ annotations }))).toMatchObject({ loadBalancer: 'one' });
  });
});
