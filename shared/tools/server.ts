import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { clean } from '../report/index.ts';
import { auditTool } from './audit-cluster.ts';
import { explainRule } from './explain-rule.ts';
import { explainService } from './explain-service.ts';
import { listFindings } from './list-findings.ts';
import { mostBytes } from './pages.ts';
import { planTool } from './plan-tool.ts';
import { ToolError, type ToolSource } from './source.ts';
import type { Tool } from './tool.ts';
import { untrustedNote } from './untrusted.ts';
import { whatIf } from './what-if.ts';

export const tools: readonly Tool[] = [
  listFindings,
  explainService,
  whatIf,
  planTool,
  explainRule,
  auditTool,
];

export interface ToolServerOptions {
  readonly source: ToolSource;
  readonly version: string;
  /** Why the caller may not use a tool; `undefined` = they may. */
  readonly refuse?: (tool: Tool) => string | undefined;
  /** Failures that are nobody's fault but ours: the caller gets no detail. */
  readonly onFailure?: (error: unknown) => void;
}

/** A server of the Model Context Protocol with the tools that its source can answer. */
export function toolServer({ source, version, refuse, onFailure }: ToolServerOptions): McpServer {
  const server = new McpServer(
    { name: 'evenkeel', title: 'Evenkeel', version },
    {
      instructions: `Who really gets the traffic behind the LoadBalancer Services of AKS clusters, and why the others do not. Everything is read-only and computed, not estimated. ${untrustedNote}`,
    },
  );
  for (const tool of tools.filter(({ offered }) => offered(source)))
    server.registerTool(
      tool.name,
      {
        title: tool.title,
        description: tool.description,
        inputSchema: tool.input,
        outputSchema: tool.output,
        annotations: {
          readOnlyHint: true,
          destructiveHint: false,
          idempotentHint: true,
          openWorldHint: false,
        },
      },
      async (input: unknown) => {
        const refusal = refuse?.(tool);
        if (refusal !== undefined) return failed(refusal);
        try {
          return answered(await tool.run(source, input));
        } catch (error) {
          if (error instanceof ToolError) return failed(error.message);
          onFailure?.(error);
          return failed('the tool failed; the log of the server says why');
        }
      },
    );
  return server;
}

/** The answer in both forms that clients read. */
function answered(value: Readonly<Record<string, unknown>>): CallToolResult {
  const answer: CallToolResult = {
    content: [{ type: 'text', text: JSON.stringify(value) }],
    structuredContent: { ...value },
  };
  return Buffer.byteLength(JSON.stringify(answer)) <= mostBytes
    ? answer
    : failed('the answer is too large; narrow the question, or go on from the last cursor');
}

function failed(message: string): CallToolResult {
  return { content: [{ type: 'text', text: clean(message, 500) }], isError: true };
}
