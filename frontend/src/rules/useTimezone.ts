/** The company's zone: in it rules count days and tests say their times. */
import { useMe } from '@/providers/me';

export const useTimezone = (): string => useMe()?.app?.timezone ?? 'UTC';
