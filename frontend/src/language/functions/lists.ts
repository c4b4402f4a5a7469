/** List functions (engine/language/functions/lists.py). */
import type { Functions } from './function';

export const FUNCTIONS: Functions = {};
