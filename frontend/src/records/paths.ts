/** Addresses of records: stable and shareable. */

export const resourceOf = (entity: string) => `records/${entity}`;
export const listPath = (entity: string) => `/records/${entity}`;
export const createPath = (entity: string) => `/records/${entity}/new`;
export const recordPath = (entity: string, id: string) => `/records/${entity}/${id}`;
export const editPath = (entity: string, id: string) => `/records/${entity}/${id}/edit`;
