/** The families of rules in reading order, and what the rules of each look at. */
export const families: ReadonlyMap<string, string> = new Map([
  ['traffic', 'Who gets the new connections, computed from the share model'],
  ['backend', 'Which nodes are members of the backend pools'],
  ['load-balancer', 'The load balancer itself: its SKU and which one a Service gets'],
  ['probe', 'Health probes: what Azure asks, and what the Service needs'],
  ['multi-lb', 'Several Standard load balancers'],
  ['placement', 'Where pods may run, will run and may stay'],
  ['service', 'What a Service asks for, and how Azure answers'],
  ['ingress', 'Ingresses, Gateways and their routes: what stands behind a host'],
  ['network', 'Network security groups'],
  ['outbound', 'Connections from the cluster outwards'],
]);
