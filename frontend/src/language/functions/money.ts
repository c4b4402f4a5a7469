/** Money functions (engine/language/functions/money.py). */
import type { Functions } from './function';

export const FUNCTIONS: Functions = {};
