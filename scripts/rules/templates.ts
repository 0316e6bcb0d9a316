import type { RuleName } from './name.ts';

/** What a new rule starts from. `Say here` marks what is still to be written: the registry test looks for it. */

export function ruleFile({ family, stem, constant }: RuleName): string {
  return `import { editService } from '../../fixes/service-fixes.ts';
import { serviceSubject, subjectText, type LoadBalancerService } from '../../model/index.ts';
import { defineRule, type Fault } from '../rule.ts';

/** Finds Say here what it finds, and on what the answer depends. */
export const ${constant} = defineRule(
  {
    id: '${family}/${stem}',
    title: 'Say here what is wrong',
    why: 'Say here what goes wrong, and for whom.',
    remedy: 'Say here what to do about it.',
    severity: 'medium',
    source: 'Say here where the facts come from',
  },
  { needs: ['services'] },
  ({ services }) => ({ faults: services.filter(isFaulty).map(faultOf) }),
);

/** Say here what the condition is. No Service has an empty name, so nothing is found yet. */
function isFaulty(service: LoadBalancerService): boolean {
  return service.name === '';
}

function faultOf(service: LoadBalancerService): Fault {
  const name = subjectText(service);
  return {
    subject: serviceSubject(service),
    title: \`Say here the effect on \${name}\`,
    message: \`Say here effect, cause and numbers of \${name}.\`,
    causes: ['${stem}'],
    evidence: { ports: service.ports.map(({ port }) => port) },
    fixes: [editService(service, 'Say here what the fix does')],
  };
}
`;
}

/** Its page, with the sections that all pages have. */
export function pageFile({ family, stem }: RuleName): string {
  const example = `\`\`\`yaml
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec:
  type: LoadBalancer
  selector: { app: web }
  ports: [{ port: 80, targetPort: 8080 }]
\`\`\``;
  return `# \`${family}/${stem}\`: Say here what is wrong

## What it finds

Say here the condition, the subject, and what each cause means.

## Why it matters

Say here who notices what, with numbers.

## Example that fires

Say here what is wrong with it, and give the smallest manifest.

${example}

## Example that is fine

Say here what makes the difference.

${example}

## How to fix

- Say here each fix. Trade-off: say what it costs.

## When to exempt

Say here when living with it is right.

## Source

- Say here which page or code says so.
`;
}

/** Its first tests. */
export function testFile({ family, stem, constant }: RuleName): string {
  return `import { ${constant} } from '../../../shared/rules/${family}/${stem}.ts';
import { service } from '../../builders/index.ts';
import { describeRule } from '../table.ts';

describeRule(${constant}, {
  fires: [
    {
      name: 'Say here what is the case',
      given: { services: [service()] },
      finds: [{ subject: 'Service shop/web', severity: 'medium', causes: ['${stem}'] }],
    },
  ],
  quiet: [{ name: 'the healthy cluster', given: {} }],
  boundary: [{ name: 'Say here which limit this is the right side of', given: {}, finds: [] }],
  unknown: [],
});
`;
}
