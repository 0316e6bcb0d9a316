import { serviceKey, unread } from '../../../shared/model/index.ts';
import {
  clusterIpService,
  endpoint,
  loadBalancer,
  managedCluster,
  nicMember,
  service,
  slice,
} from '../../builders/index.ts';
import { system, testForms, user } from './forms.ts';

/** A Service with rules and slices, and all of it but itself. */
const other = '99999999-2222-3333-4444-555555555555';

const otherKey = serviceKey(other);

const third = '88888888-2222-3333-4444-555555555555';

const ruledTwice = (() => {
  const own = loadBalancer({ members: [nicMember(system), nicMember(user)] });
  const more = loadBalancer({ key: otherKey });
  return { ...own, rules: [...own.rules, ...more.rules] };
})();

const ownSlice = slice([endpoint('a', 'user-0')], { serviceUid: service().uid });

const otherSlice = slice([], { name: 'api-x', service: 'api', serviceUid: other });

/** Of three Services with slices and rules the list lacks one. */
const oneOfThree = {
  services: [service(), service({ name: 'new', uid: third })],
  loadBalancers: [
    {
      ...ruledTwice,
      rules: [...ruledTwice.rules, ...loadBalancer({ key: serviceKey(third) }).rules],
    },
  ],
  endpointSlices: [ownSlice, otherSlice, { ...otherSlice, service: 'new', serviceUid: third }],
};

/** Rules of no Service of the builders, on an address of its own. */
const ofOthers = (() => {
  const balancer = loadBalancer({ key: otherKey, members: [nicMember(system), nicMember(user)] });
  return {
    ...balancer,
    frontends: balancer.frontends.map((each) => ({ ...each, privateIp: '10.9.9.9' })),
  };
})();

const moved = service({ ingressIps: ['10.8.8.8'] });

testForms([
  {
    form: 'd: rules of Services, and no Service',
    given: { services: [] },
    slices: ['services'],
  },
  {
    form: 'd: a Warning of the service controller, and no Service',
    given: {
      services: [],
      loadBalancers: [loadBalancer({ members: [], ports: [] })],
      serviceEvents: [
        {
          namespace: 'shop',
          service: 'web',
          type: 'Warning',
          reason: 'SyncLoadBalancerFailed',
          message: '',
          lastSeen: '',
        },
      ],
    },
    slices: ['services'],
  },
  {
    form: 'd, sound: a rule is left over beside a Service',
    given: {
      loadBalancers: [loadBalancer({ members: [nicMember(user)], key: `a${'0'.repeat(31)}` })],
    },
    slices: [],
  },
  {
    form: 'd: Services of another namespace own slices and have rules',
    given: { loadBalancers: [ruledTwice], endpointSlices: [ownSlice, otherSlice] },
    slices: ['services'],
  },
  {
    form: 'd, sound: one of two is turned into a ClusterIP Service, and its rules are left over',
    given: {
      loadBalancers: [ruledTwice],
      endpointSlices: [ownSlice, otherSlice],
      clusterIpServices: [clusterIpService('api')],
    },
    slices: [],
  },
  {
    form: 'd, sound: one of three, where ClusterIP Services were not read',
    given: { ...oneOfThree, clusterIpServices: unread('403') },
    slices: [],
  },
  {
    form: 'd: one of three, where the list of Services was filtered',
    given: { ...oneOfThree, clusterIpServices: unread('it was filtered', 'contradicted') },
    slices: ['services'],
  },
  {
    form: 'd, sound: what is left over of a deleted Service owns no slice',
    given: { loadBalancers: [ruledTwice], endpointSlices: [ownSlice] },
    slices: [],
  },
  {
    form: 'd: no rule is of a Service, and no frontend has the address of one',
    given: { loadBalancers: [ofOthers], services: [moved] },
    slices: ['services'],
  },
  {
    form: 'd, sound: the rules of a Service were removed, its frontend is there',
    given: {
      loadBalancers: [
        { ...ofOthers, frontends: [...ofOthers.frontends, ...loadBalancer().frontends] },
      ],
    },
    slices: [],
  },
  {
    form: 'd, sound: what is left over, and a Service that has no address yet',
    given: { loadBalancers: [ofOthers], services: [service({ ingressIps: [] })] },
    slices: [],
  },
  {
    form: 'e: a Service with a selector and no slice',
    given: { endpointSlices: [slice([], { service: 'other' })] },
    slices: ['endpointSlices'],
  },
  {
    form: 'e: one of two Services has none',
    given: {
      services: [service(), service({ name: 'new', uid: 'b' })],
      endpointSlices: [slice([], { serviceUid: service().uid })],
    },
    slices: ['endpointSlices'],
  },
  {
    form: 'e: no slice at all',
    given: {
      services: [],
      loadBalancers: [],
      endpointSlices: [],
      managedCluster: managedCluster({ outboundType: 'none' }),
    },
    slices: ['endpointSlices'],
  },
  {
    form: 'e, sound: the Service is half a minute old',
    given: {
      services: [service({ createdAt: '2026-11-23T05:59:30Z' })],
      endpointSlices: [slice([], { service: 'other' })],
    },
    slices: [],
  },
]);
