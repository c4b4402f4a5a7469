/** Leads to what is wrong on a form, once it is drawn. */

export function focusField(key: string): void {
  requestAnimationFrame(() => {
    const field = document.querySelector<HTMLElement>(`[data-field="${CSS.escape(key)}"]`);
    field?.querySelector<HTMLElement>('input, textarea, [role=combobox], button')?.focus();
    field?.scrollIntoView({ block: 'center' });
  });
}

export function focusFirstError(): void {
  requestAnimationFrame(() => {
    const field = document.querySelector<HTMLElement>('[data-field] [aria-invalid=true], [data-field] .Mui-error');
    field?.focus();
    field?.scrollIntoView({ block: 'center' });
  });
}
