import {
  createHttpHeaders,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import { ArmError, offsetHeader, sourceHeader } from '../input/index.ts';
import { armListOfPath } from './arm-lists.ts';
import type { Case } from './open-case.ts';
import type { SavedList } from './saved-list.ts';
import { whyNotRead } from './why-not-read.ts';

/** Items of a page of a saved list; a whole subscription in one string would not do. */
const defaultPageItems = 200;
const maxPageBytes = 1024 * 1024;

/** Answers the Azure clients' lists from saved ones, page by page. */
export function caseArm(saved: Case, pageItems = defaultPageItems): HttpClient {
  return {
    async sendRequest(request) {
      const url = new URL(request.url);
      const known = armListOfPath(url.pathname);
      if (known === undefined) return refusal(request, 404, url.pathname, 'not in the case folder');
      const unread = saved.record.unread(known.file);
      if (unread !== undefined) throw new ArmError(0, unread);
      const list = saved.lists.get(known.file);
      if (list === undefined)
        return refusal(request, 404, known.file, saved.record.whyMissing(known.file));
      const { fault } = list;
      if (fault !== undefined) return refusal(request, 422, fault.source, fault.why);
      try {
        return await page(request, url, list, pageItems);
      } catch (error) {
        return refusal(request, 422, list.parts[0]?.source ?? known.file, whyNotRead(error));
      }
    },
  };
}

async function page(
  request: PipelineRequest,
  url: URL,
  list: SavedList,
  pageItems: number,
): Promise<PipelineResponse> {
  const from = Number(url.searchParams.get('$skiptoken') ?? 0);
  const count = Math.min(Math.max(list.size - from, 0), pageItems);
  const numbers = Array.from({ length: count }, (_, each) => from + each);
  const { source, items } = await list.page(numbers, pageItems, maxPageBytes);
  const to = from + items.length;
  let nextLink = '';
  if (to < list.size) {
    const next = new URL(url);
    next.searchParams.set('$skiptoken', String(to));
    nextLink = `,"nextLink":${JSON.stringify(next.href)}`;
  }
  const bodyAsText = `{"value":[${items.map(({ text }) => text).join(',')}]${nextLink}}`;
  return respond(request, 200, source, bodyAsText, items[0]?.number ?? 0);
}

function refusal(
  request: PipelineRequest,
  status: number,
  file: string,
  message: string,
): PipelineResponse {
  return respond(request, status, file, JSON.stringify({ error: { code: 'CaseFolder', message } }));
}

function respond(
  request: PipelineRequest,
  status: number,
  file: string,
  bodyAsText: string,
  offset = 0,
): PipelineResponse {
  const headers = createHttpHeaders({
    'content-type': 'application/json',
    [sourceHeader]: file,
    [offsetHeader]: String(offset),
  });
  return { request, status, headers, bodyAsText };
}
