/** In one form, and in one request for policies. nginx lets as many through (.platform/web). */
export const maxFiles = 100;
