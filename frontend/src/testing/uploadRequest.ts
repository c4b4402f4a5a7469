/** Stands in for `XMLHttpRequest`: an upload is answered when the test says so. */
import { act, waitFor } from '@testing-library/react';
import { expect } from 'vitest';

export class UploadRequest {
  static all: UploadRequest[] = [];
  upload: { onprogress?: (event: { loaded: number; total: number }) => void } = {};
  headers: Record<string, string> = {};
  status = 0;
  responseText = '';
  url = new URL('http://localhost');
  sent: File | null = null;
  aborted = false;
  onload?: () => void;
  onerror?: () => void;
  onabort?: () => void;

  open(_method: string, path: string) {
    this.url = new URL(path, 'http://localhost');
  }
  setRequestHeader(name: string, value: string) {
    this.headers[name] = value;
  }
  send(file: File) {
    this.sent = file;
    UploadRequest.all.push(this);
  }
  abort() {
    this.aborted = true;
    this.onabort?.();
  }
  answer(status: number, body: object) {
    this.status = status;
    this.responseText = JSON.stringify(body);
    act(() => this.onload?.());
  }
}

/** One that was sent, in order; waits for it. */
export async function request(number = 0): Promise<UploadRequest> {
  await waitFor(() => expect(UploadRequest.all.length).toBeGreaterThan(number));
  return UploadRequest.all[number] as UploadRequest;
}
