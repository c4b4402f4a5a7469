/** Addresses of start forms. */
export const START = '/start';

export const startPath = (flow: string, draft?: string) => `${START}/${flow}${draft ? `?draft=${draft}` : ''}`;
