import * as z from 'zod';
import { countFindings } from '../findings/index.ts';
import { ToolError } from './source.ts';
import { defineTool } from './tool.ts';
import { data, nameInput, number, text, untrustedNote } from './untrusted.ts';

const input = { cluster: nameInput.describe('Name or ARM id of the cluster') };

export const auditTool = defineTool({
  name: 'audit_cluster',
  title: 'Audit a cluster now',
  description: `Reads one cluster from Azure and Kubernetes and judges it now; read-only. The other tools then answer from this report. ${untrustedNote}`,
  input,
  role: 'Audit.Run',
  offered: ({ audit }) => audit !== undefined,
  output: {
    result: text,
    services: number,
    findings: z.object({
      critical: number,
      high: number,
      medium: number,
      low: number,
      info: number,
    }),
    unknown_rules: number.describe('Rules that could not be judged: no pass'),
    untrusted: z.object({ cluster: text, reason: text }),
  },
  async run({ audit }, { cluster }) {
    if (audit === undefined)
      throw new ToolError('clusters cannot be read from here; only reports are at hand');
    const report = await audit(cluster);
    const [only, second] = report.clusters;
    if (only === undefined) throw new ToolError('no cluster of that name was found');
    if (second !== undefined) throw new ToolError('several clusters have that name; use an ARM ID');
    const { exempt: _exempt, ...open } = countFindings(only.findings);
    return {
      result: only.result,
      services: only.services.length,
      findings: open,
      unknown_rules: new Set(only.unknown.map(({ rule }) => rule)).size,
      untrusted: { cluster: data(only.name, 63), reason: data(only.reason ?? '', 500) },
    };
  },
});
