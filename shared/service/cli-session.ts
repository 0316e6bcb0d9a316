import { cloudOf, lineOf } from '../collect/live/index.ts';
import type { ArmCredential } from '../input/index.ts';
import { connectAzure, type Azure } from '../audit/azure.ts';
import { azureCredential } from '../audit/credential.ts';
import { readAzureSettings } from './settings.ts';
import type { AppContext } from './app-context.ts';

/** A person's own way to Azure, with the login of this machine. */
export interface CliSession {
  readonly azure: Azure;
  /** One line for the person, once Azure was asked and the login never gave a token; else `undefined`. */
  readonly noLogin: () => string | undefined;
}

/** Asks nobody yet. @throws {InputError} for settings of the environment that are wrong. */
export function openCliSession({ env, network, credential }: AppContext): CliSession {
  const settings = readAzureSettings(env);
  const { authorityHost } = cloudOf(settings.cloud);
  const login = watched(credential ?? azureCredential(env, true, authorityHost));
  const azure = connectAzure({
    ...settings,
    commandLine: true,
    environment: env,
    credential: login.credential,
    network,
  });
  return { azure, noLogin: login.fault };
}

function watched(inner: ArmCredential): {
  readonly credential: ArmCredential;
  readonly fault: () => string | undefined;
} {
  let works = false;
  let why: string | undefined;
  return {
    credential: {
      async getToken(scopes, options) {
        try {
          const token = await inner.getToken(scopes, options);
          if (token === null) why = 'no token';
          else works = true;
          return token;
        } catch (error) {
          why = reasonsOf(error).map(firstSentence).join('; ');
          throw error;
        }
      },
    },
    fault: () =>
      works || why === undefined
        ? undefined
        : `Not signed in to Azure. Run 'az login' and try again. (${why})`,
  };
}

function firstSentence(error: unknown): string {
  return lineOf(error).split(/\. /u, 1)[0] ?? '';
}

/** A chain of credentials fails with what each of them says. */
function reasonsOf(error: unknown): readonly unknown[] {
  const inner: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(error, 'errors') : undefined;
  return Array.isArray(inner) && inner.length > 0 ? inner : [error];
}
