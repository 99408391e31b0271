// Why a reject is left out of which a person can say more: whoever shows it asks for the cluster in his own words.

export const unknownCluster = 'raw no longer has its record, so nobody knows its cluster'
