/** Sending a file with word of how far it is, which `fetch` does not give. */
import { ApiError, csrfHeaders, errorBody, type Query, withQuery } from './http';

export interface UploadOptions {
  query?: Query;
  /** From 0 to 1. */
  onProgress?: (sent: number) => void;
  /** Gives it up. */
  signal?: AbortSignal;
}

const read = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null; // a proxy's page, not our answer
  }
};

/** Posts the file as the whole body. Throws `ApiError` on a refusal, and what `fetch` throws when nobody answers. */
export function upload<T>(path: string, file: File, { query, onProgress, signal }: UploadOptions = {}): Promise<T> {
  return new Promise((done, failed) => {
    if (signal?.aborted) return failed(signal.reason);
    const request = new XMLHttpRequest();
    request.open('POST', withQuery(path, query));
    const type = file.type || 'application/octet-stream';
    const headers = { Accept: 'application/json', 'Content-Type': type, ...csrfHeaders() };
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => onProgress?.(total > 0 ? loaded / total : 0);
    request.onload = () => {
      const answer = read(request.responseText);
      if (request.status >= 200 && request.status < 300) done(answer as T);
      else failed(new ApiError(request.status, errorBody(answer)));
    };
    request.onerror = () => failed(new TypeError('network error'));
    request.onabort = () => failed(new DOMException('given up', 'AbortError'));
    signal?.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}
