#!/bin/bash
# The tasks of a sweep by an array of jobs:  sbatch slurm_array.sh SWEEP.ini [--section.key=value ...]
# Job I of N takes the tasks I, I + N, I + 2N, ...; who ends last writes sweep.h5.
#SBATCH --job-name=sweep
#SBATCH --array=0-9
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=1
#SBATCH --time=04:00:00
#SBATCH --signal=USR1@120
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=%x-%A_%a.out

export OMP_NUM_THREADS=${SLURM_CPUS_PER_TASK:-1} SRUN_CPUS_PER_TASK=${SLURM_CPUS_PER_TASK:-1}

srun --ntasks=1 nmc run "$@" --tasks "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT"
code=$?
if [ $code -eq 75 ]; then scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"; fi
exit $code
