/** Lookup functions (engine/language/functions/lookups.py). */
import type { Functions } from './function';

export const FUNCTIONS: Functions = {};
