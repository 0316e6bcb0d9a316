import {
  annotation,
  annotationPrefix,
  idleMinutesOf,
  idleTimeoutAnnotation,
  wholeNumber,
  wholeNumbersOf,
} from '../../load-balancing/index.ts';
import { serviceSubject, subjectText, type LoadBalancerService } from '../../model/index.ts';
import { defineRule, type Fault } from '../rule.ts';
import { removeServiceAnnotation, setServiceAnnotation } from '../../fixes/service-fixes.ts';
import { azureServices } from '../../facts/services.ts';
import { cited } from '../../fixes/text.ts';

/** Finds idle timeouts that the cloud provider refuses, and with them the whole Service. */
export const idleTimeoutInvalid = defineRule(
  {
    id: 'service/idle-timeout-invalid',
    title: 'Idle timeout is invalid',
    why: 'The whole reconcile fails: new ports, nodes and addresses no longer reach Azure.',
    remedy: 'Use an integer number of minutes from 4 to 100.',
    severity: 'high',
    source: "Azure's cloud provider: load balancer annotations",
  },
  { needs: ['services'] },
  ({ services }) => ({ faults: azureServices(services).filter(isInvalid).map(faultOf) }),
);

function isInvalid({ annotations }: LoadBalancerService): boolean {
  return typeof idleMinutesOf(annotations) === 'string';
}

function faultOf(service: LoadBalancerService): Fault {
  const name = subjectText(service);
  const value = annotation(service.annotations, idleTimeoutAnnotation) ?? '';
  const minutes = wholeNumber(value);
  const { least, most } = wholeNumbersOf(idleTimeoutAnnotation);
  const near = Math.min(Math.max(minutes ?? least, least), most);
  return {
    subject: serviceSubject(service),
    title: `Idle timeout of ${name} is invalid`,
    message: `The cloud provider cannot reconcile ${name}: changes to ports, nodes and addresses no longer reach Azure. Annotation ${idleTimeoutAnnotation} is ${cited(value)} but must be an integer number of minutes from ${least} to ${most}.`,
    causes: [minutes === undefined ? 'not-a-whole-number' : 'out-of-range'],
    evidence: { annotation: annotationPrefix + idleTimeoutAnnotation, value, least, most },
    fixes: [
      setServiceAnnotation(
        service,
        idleTimeoutAnnotation,
        String(near),
        `Set the nearest valid timeout (${near} minutes)`,
        [
          'connections that are idle for longer are closed: use keep-alive in clients or the application',
        ],
      ),
      removeServiceAnnotation(
        service,
        annotationPrefix + idleTimeoutAnnotation,
        `Use the default (${least} minutes)`,
        ['connections that are idle for longer are closed'],
      ),
    ],
  };
}
