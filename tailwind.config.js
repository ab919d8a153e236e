// Colours are variables, so that light, dark and a tenant's accent are a matter
// of the stylesheet alone; see static/css/input.css for their values.
const colour = (name) => `var(--${name})`;

module.exports = {
  content: ["./views/**/*.templ"],
  theme: {
    colors: {
      transparent: "transparent",
      current: "currentColor",
      page: colour("page"),
      surface: colour("surface"),
      subtle: colour("subtle"),
      line: colour("line"),
      strong: colour("strong"),
      ink: colour("ink"),
      muted: colour("muted"),
      accent: colour("accent"),
      "accent-ink": colour("accent-ink"),
      "accent-soft": colour("accent-soft"),
      "on-accent": colour("on-accent"),
      good: colour("good"),
      warn: colour("warn"),
      bad: colour("bad"),
    },
    fontFamily: {
      sans: ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Liberation Sans", "sans-serif"],
      mono: ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "Liberation Mono", "monospace"],
    },
  },
};
