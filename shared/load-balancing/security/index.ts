export { admission, type Admission } from './admission.ts';
export { clientsText, type Clients } from './clients.ts';
export { groupsNotRead, groupsOfNodes, type NodeGroups } from './groups-of-node.ts';
export { inboundRules, isDefaultRule, type Flow, type InboundRule } from './inbound-rules.ts';
export { frontendPlace, inNetwork, type NetworkPlace } from './place.ts';
export { areIn } from './prefixes.ts';
export { wantedClients } from './wanted-clients.ts';
export {
  admitsEverybody,
  isAdmitted,
  policiesOn,
  reachOf,
  type PolicyInputs,
  type PolicyTarget,
} from './network-policies.ts';
