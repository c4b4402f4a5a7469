/** How a page of one thing to fill in or to decide looks: the sheet itself, and the bar at its foot. */

/** A sheet in the middle; a phone's whole width. */
export const sheet = {
  maxWidth: 920,
  mx: { xs: -2, sm: 'auto' },
  mt: { xs: -2, sm: 0 },
  mb: { xs: 'calc(-31px + env(safe-area-inset-bottom))', sm: 0 },
  borderRadius: { xs: 0, sm: 2 },
  border: { xs: 0, sm: 1 },
  borderColor: { sm: 'divider' },
} as const;

/** What is to be done stays in sight; above a phone's bar, under the thumb. */
export const foot = {
  position: 'sticky',
  bottom: { xs: 'calc(57px + env(safe-area-inset-bottom))', sm: 0 },
  zIndex: 5,
  borderTop: 1,
  borderColor: 'divider',
  bgcolor: 'background.paper',
  px: 2,
  display: 'grid',
  gap: 1.25,
} as const;
