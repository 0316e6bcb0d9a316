import { existsSync } from 'node:fs';
import path from 'node:path';
import {
  createHttpHeaders,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import { BodyError, offsetHeader, sourceHeader } from '../input/index.ts';
import { armFiles, configurationsFile } from './files.ts';
import { ListStore } from './list-store.ts';
import { whyNotRead } from './why-not-read.ts';

/** Items of a page of a saved list; a whole subscription in one string would not do. */
const defaultPageItems = 200;
const maxPageBytes = 1024 * 1024;

/** Answers the Azure clients' lists from saved ones, page by page. */
export function folderArm(directory: string, pageItems = defaultPageItems): HttpClient {
  const stores = new Map<string, Promise<ListStore>>();
  return {
    async sendRequest(request) {
      const url = new URL(request.url);
      const segments = url.pathname
        .toLowerCase()
        .split('/')
        .filter((each) => each !== '');
      const last = segments.at(-1) ?? '';
      const ofCluster = segments.includes('managedclusters') && last === 'loadbalancers';
      const known = ofCluster ? configurationsFile : armFiles.get(last);
      if (known === undefined)
        return refusal(request, 404, url.pathname, 'a case folder has no such answer');
      if (!existsSync(path.join(directory, known.file)))
        return refusal(request, 404, known.file, 'the file is missing');
      try {
        const store =
          stores.get(known.file) ?? ListStore.open(path.join(directory, known.file), 'value');
        stores.set(known.file, store);
        return await page(request, url, await store, known.file, pageItems);
      } catch (error) {
        return refusal(request, 422, known.file, whyNotRead(error));
      }
    },
  };
}

async function page(
  request: PipelineRequest,
  url: URL,
  store: ListStore,
  file: string,
  pageItems: number,
): Promise<PipelineResponse> {
  if (!store.index.hasList)
    throw new BodyError('there is no list "value": the body of a list belongs here');
  const from = Number(url.searchParams.get('$skiptoken') ?? 0);
  const count = Math.min(Math.max(store.size - from, 0), pageItems);
  const numbers = Array.from({ length: count }, (_, each) => from + each);
  const items = await store.page(numbers, pageItems, maxPageBytes);
  const to = from + items.length;
  const saved = store.index.fields.get('nextLink');
  if (to >= store.size && typeof saved === 'string' && saved !== '')
    throw new BodyError(
      'the saved list goes on at its nextLink, so it is not whole; save all pages into one "value"',
    );
  let nextLink = '';
  if (to < store.size) {
    const next = new URL(url);
    next.searchParams.set('$skiptoken', String(to));
    nextLink = `,"nextLink":${JSON.stringify(next.href)}`;
  }
  const bodyAsText = `{"value":[${items.map(({ text }) => text).join(',')}]${nextLink}}`;
  return respond(request, 200, file, bodyAsText, from);
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
