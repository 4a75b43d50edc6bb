/** Writes what a person should know of at once, each in a sentence of its own. */
export function logLedgerAlarm(logger, alarm) {
    switch (alarm.kind) {
        case 'partition_stopped':
            logger.error({ partition: alarm.partition, seq: alarm.afterSeq, detail: alarm.detail }, 'The ledger stopped a partition: its events do not follow one another');
            break;
        case 'event_quarantined':
            logger.error({ partition: alarm.partition, seq: alarm.seq, code: alarm.code, detail: alarm.detail }, 'Postgres refused an event; it is in holdfast.quarantine');
            break;
        case 'epoch_changed':
            logger.fatal({ epoch: alarm.expected, found: alarm.found }, 'Another epoch was minted, as `npm run recover` does: this engine writes no more and ends when the recovery is done');
            break;
        case 'store_rolled_back':
            logger.fatal({ partition: alarm.partition, seq: alarm.head, expectedSeq: alarm.written }, 'Redis lost acknowledged writes: nothing is sold; give it its newest append-only file back and restart, or run `npm run recover`');
            break;
        case 'postgres_down':
            logger.error({ dependency: 'postgres', detail: alarm.detail }, 'Postgres is down; sales go on, events wait in Redis');
            break;
        case 'postgres_back':
            logger.info({ dependency: 'postgres' }, 'Postgres is back');
            break;
        case 'redis_down':
            logger.error({ dependency: 'redis', detail: alarm.detail }, 'The ledger writer cannot read from Redis');
            break;
        case 'redis_back':
            logger.info({ dependency: 'redis' }, 'The ledger writer reads from Redis again');
            break;
        case 'redis_memory_high':
            logger.error({ dependency: 'redis', percent: alarm.percent, state: alarm.refusing ? 'refusing' : 'selling' }, 'Redis is filling up');
            break;
        case 'redis_memory_normal':
            logger.info({ dependency: 'redis', percent: alarm.percent }, 'Redis has room again');
            break;
        case 'stock_withheld':
        case 'audit_differs':
            logAuditAlarm(logger, alarm);
            break;
        case 'thread_died':
            logger.error({ thread: 'ledger', detail: alarm.detail }, 'The ledger writer died and is started again');
            break;
    }
}
function logAuditAlarm(logger, alarm) {
    const { partition, skus: count } = alarm;
    if (alarm.kind === 'stock_withheld') {
        logger.error({ partition, count }, 'The audit found more on sale than there is and withheld it; holdfast.history has it as repaired');
    }
    else {
        logger.error({ partition, count, detail: alarm.detail }, 'The audit found SKUs that do not add up; `npm run audit` names them');
    }
}
//# sourceMappingURL=alarms.js.map