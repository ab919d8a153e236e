-- +goose Up
-- The ends of trials of which the owners were told a week and a day ahead: a
-- trial that is made longer is told of again.
ALTER TABLE businesses
    ADD COLUMN trial_week_told timestamptz,
    ADD COLUMN trial_day_told  timestamptz;
