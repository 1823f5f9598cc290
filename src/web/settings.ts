/** The hotline's zone and limits, from the page itself; imported before everything that shows a time. */
import { PAGE_SETTINGS, takeSettings } from '../core/page-settings.ts';

takeSettings(document.querySelector(`meta[name="${PAGE_SETTINGS}"]`)?.getAttribute('content') ?? null);
