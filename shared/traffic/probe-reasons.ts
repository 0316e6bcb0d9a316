/** Azure's reason codes for the state of a backend, in words, and what usually explains each. */
interface ReasonText {
  readonly words: string;
  /** What to look at when the share model expects another state. */
  readonly explains: string;
}

/** Source: Azure, "Manage health status of a load balancer". */
const reasons: ReadonlyMap<string, ReasonText> = new Map([
  [
    'Up_Probe_Success',
    text('the probe succeeds', 'Something else answers the probe on that node.'),
  ],
  [
    'Up_Probe_AllDownIsUp',
    text(
      'all backends are down, and the probe is set to treat them as up',
      'Every backend fails its probe, and the probe has noHealthyBackendsBehavior AllProbedUp.',
    ),
  ],
  [
    'Up_Probe_ApproachingUnhealthyThreshold',
    text(
      'the probe has begun to fail',
      'The backend is about to be taken out: its state is changing.',
    ),
  ],
  [
    'Up_Admin',
    text('set up by an administrator', 'The admin state of the backend overrules the probe.'),
  ],
  [
    'Up_Platform',
    text('up by the platform', 'Azure sets the state itself; look at Resource Health.'),
  ],
  [
    'Down_Probe_ApproachingHealthyThreshold',
    text(
      'the probe has begun to succeed',
      'The backend is about to be taken in: its state is changing.',
    ),
  ],
  [
    'Down_Probe_HttpStatusCodeError',
    text(
      'the HTTP probe gets a status other than 200',
      'The application answers the probe path with another status: give it a path that answers 200, or probe over TCP.',
    ),
  ],
  [
    'Down_Probe_HttpEndpointUnreachable',
    text(
      'TCP connects, and HTTP is refused',
      'Nothing speaks HTTP on the probed port: a network security group, an HTTPS-only application, or no application.',
    ),
  ],
  [
    'Down_Probe_HttpNoResponse',
    text(
      'the HTTP probe gets no answer',
      'The application hangs, or is slower than the probe waits.',
    ),
  ],
  [
    'Down_Probe_TcpProbeTimeout',
    text(
      'the TCP probe gets no answer',
      'A network security group or a firewall on the node drops the probe, or nothing listens on the port.',
    ),
  ],
  [
    'Down_Probe_NoHealthyBackend',
    text(
      'the regional load balancer behind it has no healthy backend',
      'Look at the regional load balancer.',
    ),
  ],
  [
    'Down_Admin',
    text('set down by an administrator', 'The admin state of the backend overrules the probe.'),
  ],
  [
    'Down_Platform',
    text('down by the platform', 'A fault of the machine or of Azure; look at Resource Health.'),
  ],
]);

function text(words: string, explains: string): ReasonText {
  return { words, explains };
}

/** `the HTTP probe gets a status other than 200`; a code that is not known stays as it is. */
export function reasonWords(code: string): string {
  return reasons.get(code)?.words ?? code;
}

/** What usually explains that Azure sees this and the model expects the other. */
export function reasonExplanation(code: string): string {
  return (
    reasons.get(code)?.explains ??
    'Compare the probe of the rule with what listens on the node, and the security groups between.'
  );
}
