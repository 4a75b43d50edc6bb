-- Counters of the stock store put to what was recounted. `units` is the change of what was available.
ALTER TYPE holdfast.change_kind ADD VALUE 'repaired';
ALTER TYPE holdfast.change_cause ADD VALUE 'repair';
