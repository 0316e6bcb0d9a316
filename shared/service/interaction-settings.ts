import type { Environment } from '../audit/environment.ts';

/** Buttons in Slack's messages: whose presses count. */
export interface InteractionSettings {
  readonly signingSecret: string;
  readonly appId: string;
  readonly teamId: string;
  /** Ids of Slack users. */
  readonly approvers: readonly string[];
}

const forms = {
  SLACK_SIGNING_SECRET: [/^[0-9a-z]{16,128}$/iu, 'is not the signing secret of a Slack app'],
  SLACK_APP_ID: [/^A[A-Z0-9]{6,14}$/u, 'is not the ID of a Slack app (such as A0123456789)'],
  SLACK_TEAM_ID: [
    /^[TE][A-Z0-9]{6,14}$/u,
    'is not the ID of a Slack workspace (such as T0123456789)',
  ],
  SLACK_APPROVERS: [
    /^[UW][A-Z0-9]{6,14}(?:[\s,;]+[UW][A-Z0-9]{6,14})*$/u,
    'is not a list of Slack user IDs (such as U0123456789)',
  ],
} as const satisfies Record<string, readonly [RegExp, string]>;

/** Settings of the buttons in Slack; without all of them the buttons are off. */
export const interactionNames = [
  'SLACK_SIGNING_SECRET',
  'SLACK_APP_ID',
  'SLACK_TEAM_ID',
  'SLACK_APPROVERS',
] as const;

/** Off where none of the four is set; with one of them, all are needed. */
export function interactionsOf(env: Environment): {
  readonly interactions?: InteractionSettings;
  readonly faults: readonly string[];
} {
  const value = (name: (typeof interactionNames)[number]): string => env[name]?.trim() ?? '';
  if (interactionNames.every((name) => value(name) === '')) return { faults: [] };
  const faults = interactionNames.flatMap((name) => {
    const text = value(name);
    const [form, wrong] = forms[name];
    if (text === '')
      return [
        `${name} is missing; buttons in Slack take all four of ${interactionNames.join(', ')}`,
      ];
    return form.test(text) ? [] : [`${name} ${wrong}`];
  });
  if (faults.length > 0) return { faults };
  return {
    faults,
    interactions: {
      signingSecret: value('SLACK_SIGNING_SECRET'),
      appId: value('SLACK_APP_ID'),
      teamId: value('SLACK_TEAM_ID'),
      approvers: value('SLACK_APPROVERS').split(/[\s,;]+/u),
    },
  };
}
